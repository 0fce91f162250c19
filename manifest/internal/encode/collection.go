package encode

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// interfaceEncoder encodes what an interface holds.
func interfaceEncoder(e *encodeState, v reflect.Value) error {
	if v.IsNil() {
		e.tape.null()
		return nil
	}
	return encodeAny(e, v.Interface())
}

// encodeAny encodes a value whose type is known only now.
func encodeAny(e *encodeState, v any) error {
	switch v := v.(type) {
	case nil:
		e.tape.null()
		return nil
	case string:
		e.tape.scalar(text, v)
		return nil
	}
	r := reflect.ValueOf(v)
	return typeEncoder(r.Type())(e, r)
}

type pointerEncoder struct{ elem encoderFunc }

func (p pointerEncoder) encode(e *encodeState, v reflect.Value) error {
	if v.IsNil() {
		e.tape.null()
		return nil
	}
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	return p.elem(e, v.Elem())
}

type arrayEncoder struct{ elem encoderFunc }

func (a arrayEncoder) encode(e *encodeState, v reflect.Value) error {
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	self := e.tape.open(sequence)
	for i := range v.Len() {
		if err := a.elem(e, v.Index(i)); err != nil {
			return fieldpath.At(fmt.Sprintf("[%d]", i), err)
		}
	}
	e.tape.close(self, v.Len())
	return nil
}

type sliceEncoder struct{ array arrayEncoder }

func newSliceEncoder(t reflect.Type) encoderFunc {
	if t.Elem().Kind() == reflect.Uint8 && !marshalsItself(t.Elem()) {
		return bytesEncoder
	}
	return sliceEncoder{arrayEncoder{typeEncoder(t.Elem())}}.encode
}

func (s sliceEncoder) encode(e *encodeState, v reflect.Value) error {
	if v.IsNil() {
		e.tape.null()
		return nil
	}
	return s.array.encode(e, v)
}

type mapEncoder struct {
	key  reflect.Type
	elem encoderFunc
}

// newMapEncoder leaves maps to encoding/json whose keys are not strings.
func newMapEncoder(t reflect.Type) encoderFunc {
	if t.Key().Kind() != reflect.String {
		return marshalEncoder
	}
	return mapEncoder{t.Key(), typeEncoder(t.Elem())}.encode
}

// encode encodes a map in the order of its keys' bytes, with a short way for
// the types that most maps are of. The emitter has an order of its own.
func (m mapEncoder) encode(e *encodeState, v reflect.Value) error {
	if v.IsNil() {
		e.tape.null()
		return nil
	}
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	self, first := e.tape.open(mapping), len(e.keys)
	var value func(key string) error
	switch typed := v.Interface().(type) {
	case map[string]string:
		for key := range typed {
			e.keys = append(e.keys, key)
		}
		value = func(key string) error { e.tape.scalar(text, typed[key]); return nil }
	case map[string]any:
		for key := range typed {
			e.keys = append(e.keys, key)
		}
		value = func(key string) error { return encodeAny(e, typed[key]) }
	default:
		for _, key := range v.MapKeys() {
			e.keys = append(e.keys, key.String())
		}
		value = func(key string) error {
			return m.elem(e, v.MapIndex(reflect.ValueOf(key).Convert(m.key)))
		}
	}
	keys := e.keys[first:]
	slices.Sort(keys)
	for _, key := range keys {
		e.tape.scalar(text, key)
		if err := value(key); err != nil {
			return fieldpath.At(key, err)
		}
	}
	e.keys = e.keys[:first]
	e.tape.close(self, v.Len())
	return nil
}
