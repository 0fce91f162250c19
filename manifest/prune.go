package manifest

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// droppable reports whether the mapping entry at the end of the path, whose
// key is the node given and whose value has just been parsed, has no place in
// a manifest.
//
// That is the status at the top of the document, which belongs to the
// controller; and every null that reads back the same when it is absent. In a
// typed object those are the nulls of struct fields: a nil pointer, slice or
// map without omitempty. Any other null is the user's own: in Helm values it
// deletes a default, in a map it is a key, in a list an element. In an
// unstructured object only metadata.creationTimestamp is known to be noise.
func (t *tape) droppable(key int) bool {
	if len(t.path) == 1 && string(t.nodes[key].text) == "status" {
		return true
	}
	if v := t.nodes[key+1]; v.kind != literal || v.text[0] != 'n' {
		return false
	}
	if !t.owner.Implements(unstructuredType) {
		return t.endsInStruct()
	}
	return len(t.path) == 2 &&
		string(t.nodes[t.path[0]].text) == "metadata" &&
		string(t.nodes[t.path[1]].text) == "creationTimestamp"
}

// endsInStruct follows the path through the owner's Go type and reports
// whether its last step is a field of a struct. Types that marshal themselves
// end the search: what they write is theirs.
func (t *tape) endsInStruct() bool {
	typ := t.owner
	for i, step := range t.path {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if p := reflect.PointerTo(typ); p.Implements(jsonMarshaler) || p.Implements(textMarshaler) {
			return false
		}
		switch typ.Kind() {
		case reflect.Struct:
			field, ok := jsonField(typ, string(t.nodes[step].text))
			if !ok {
				return false
			}
			if i == len(t.path)-1 {
				return true
			}
			typ = field
		case reflect.Map, reflect.Slice, reflect.Array:
			typ = typ.Elem()
		default:
			return false
		}
	}
	return false
}

// jsonField returns the type of the field of a struct that encoding/json would
// write under the name given.
func jsonField(typ reflect.Type, name string) (reflect.Type, bool) {
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if tag == name || tag == "" && !f.Anonymous && f.Name == name {
			return f.Type, true
		}
	}
	for i := range typ.NumField() {
		f := typ.Field(i)
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous || tag != "" {
			continue
		}
		inline := f.Type
		if inline.Kind() == reflect.Pointer {
			inline = inline.Elem()
		}
		if inline.Kind() != reflect.Struct {
			continue
		}
		if t, ok := jsonField(inline, name); ok {
			return t, true
		}
	}
	return nil, false
}

var (
	unstructuredType = reflect.TypeFor[runtime.Unstructured]()
	jsonMarshaler    = reflect.TypeFor[json.Marshaler]()
	textMarshaler    = reflect.TypeFor[encoding.TextMarshaler]()
)
