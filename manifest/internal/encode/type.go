package encode

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

var errNotObject = errors.New("does not marshal to a JSON object")

// An encoderFunc appends the values of one Go type to the tape.
type encoderFunc func(e *encodeState, v reflect.Value) error

var encoderCache sync.Map // of encoderFunc by reflect.Type

// typeEncoder returns the encoderFunc of a type.
func typeEncoder(t reflect.Type) encoderFunc {
	if f, ok := encoderCache.Load(t); ok {
		return f.(encoderFunc)
	}
	// A type may refer to itself. Until its own function is there, a stand-in
	// waits for it.
	var (
		done sync.WaitGroup
		f    encoderFunc
	)
	done.Add(1)
	standIn, loaded := encoderCache.LoadOrStore(t, encoderFunc(func(e *encodeState, v reflect.Value) error {
		done.Wait()
		return f(e, v)
	}))
	if loaded {
		return standIn.(encoderFunc)
	}
	f = newTypeEncoder(t)
	done.Done()
	encoderCache.Store(t, f)
	return f
}

// newTypeEncoder makes the encoderFunc of a type.
func newTypeEncoder(t reflect.Type) encoderFunc {
	if marshalsItself(t) {
		return marshalerEncoder
	}
	switch t.Kind() {
	case reflect.Bool:
		return boolEncoder
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return intEncoder
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return uintEncoder
	case reflect.String:
		return stringEncoder
	case reflect.Interface:
		return interfaceEncoder
	case reflect.Struct:
		return newStructEncoder(t)
	case reflect.Map:
		return newMapEncoder(t)
	case reflect.Slice:
		return newSliceEncoder(t)
	case reflect.Array:
		return arrayEncoder{typeEncoder(t.Elem())}.encode
	case reflect.Pointer:
		return pointerEncoder{typeEncoder(t.Elem())}.encode
	}
	return marshalEncoder
}

// marshalsItself reports whether a type has a say in its JSON. A pointer has
// what it points to say it, and a type whose pointer has a say is left to
// encoding/json, which asks it only where it can be pointed to.
func marshalsItself(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface {
		return false
	}
	pointer := reflect.PointerTo(t)
	return pointer.Implements(jsonMarshaler) || pointer.Implements(textMarshaler) || t == jsonNumber
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonNumber    = reflect.TypeFor[json.Number]()
)

func boolEncoder(e *encodeState, v reflect.Value) error {
	e.tape.scalar(literal, strconv.FormatBool(v.Bool()))
	return nil
}

func intEncoder(e *encodeState, v reflect.Value) error {
	e.tape.scalar(number, strconv.FormatInt(v.Int(), 10))
	return nil
}

func uintEncoder(e *encodeState, v reflect.Value) error {
	e.tape.scalar(number, strconv.FormatUint(v.Uint(), 10))
	return nil
}

func stringEncoder(e *encodeState, v reflect.Value) error {
	e.tape.scalar(text, v.String())
	return nil
}

func bytesEncoder(e *encodeState, v reflect.Value) error {
	if v.IsNil() {
		e.tape.null()
		return nil
	}
	e.tape.scalar(text, base64.StdEncoding.EncodeToString(v.Bytes()))
	return nil
}

// marshalEncoder leaves a value to encoding/json.
func marshalEncoder(e *encodeState, v reflect.Value) error {
	if isNil(v) {
		e.tape.null()
		return nil
	}
	return e.marshal(v)
}

// marshalerEncoder encodes a value that writes its own JSON, and takes the short
// way to its method as long as nothing is wrong.
func marshalerEncoder(e *encodeState, v reflect.Value) error {
	if v.CanAddr() {
		v = v.Addr() // to which the method may belong
	}
	switch m := v.Interface().(type) {
	case *metav1.Duration: // there are several to a tenant
		e.tape.scalar(text, m.Duration.String())
		return nil
	case json.Marshaler:
		if isNil(v) {
			break
		}
		if data, err := m.MarshalJSON(); err == nil && json.Valid(data) {
			return e.json(data)
		}
	}
	return e.marshal(v)
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Map, reflect.Slice, reflect.Chan, reflect.Func:
		return v.IsNil()
	}
	return false
}
