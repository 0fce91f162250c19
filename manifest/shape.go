package manifest

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
)

// A shape is what encoding/json makes of the values of a Go type. It is worked
// out once for each type.
type shape struct {
	form   form
	elem   *shape  // of pointers, slices, arrays and maps
	fields []field // of structs, in the order of their keys
}

// A form is a way to write a value.
type form byte

const (
	marshalForm form = iota // as encoding/json writes it
	boolForm
	intForm
	uintForm
	stringForm
	bytesForm // in base64
	structForm
	mapForm // with keys of a string type
	sliceForm
	arrayForm
	pointerForm
	interfaceForm
)

var shapes sync.Map // of *shape by reflect.Type

// shapeOf returns the shape of a type.
func shapeOf(typ reflect.Type) *shape {
	if s, ok := shapes.Load(typ); ok {
		return s.(*shape)
	}
	// Types refer to themselves, so a shape is seen by others only once all that
	// it refers to is there.
	made := map[reflect.Type]*shape{}
	s := makeShape(typ, made)
	for typ, s := range made {
		shapes.LoadOrStore(typ, s)
	}
	return s
}

// makeShape works out the shape of a type, and of all it refers to, unless it
// is made already. What objects have in common is one shape for all of them, so
// that the processor's caches hold it.
func makeShape(typ reflect.Type, made map[reflect.Type]*shape) *shape {
	if s := made[typ]; s != nil {
		return s
	}
	if s, ok := shapes.Load(typ); ok {
		return s.(*shape)
	}
	s := &shape{}
	made[typ] = s
	if marshalsItself(typ) {
		return s
	}
	switch typ.Kind() {
	case reflect.Bool:
		s.form = boolForm
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		s.form = intForm
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.form = uintForm
	case reflect.String:
		s.form = stringForm
	case reflect.Interface:
		s.form = interfaceForm
	case reflect.Struct:
		if fields, ok := fieldsOf(typ, made); ok {
			s.form, s.fields = structForm, fields
		}
	case reflect.Map:
		if typ.Key().Kind() == reflect.String {
			s.form, s.elem = mapForm, makeShape(typ.Elem(), made)
		}
	case reflect.Slice:
		s.form, s.elem = sliceForm, makeShape(typ.Elem(), made)
		if typ.Elem().Kind() == reflect.Uint8 && s.elem.form == uintForm {
			s.form = bytesForm
		}
	case reflect.Array:
		s.form, s.elem = arrayForm, makeShape(typ.Elem(), made)
	case reflect.Pointer:
		s.form, s.elem = pointerForm, makeShape(typ.Elem(), made)
	}
	return s
}

// marshalsItself reports whether a type has a say in its JSON. A pointer has
// what it points to say it, and a type whose pointer has a say is left to
// encoding/json, which asks it only where it can be pointed to.
func marshalsItself(typ reflect.Type) bool {
	if typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Interface {
		return false
	}
	pointer := reflect.PointerTo(typ)
	return pointer.Implements(jsonMarshaler) || pointer.Implements(textMarshaler) || typ == jsonNumber
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonNumber    = reflect.TypeFor[json.Number]()
)
