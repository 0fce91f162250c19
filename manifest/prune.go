package manifest

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
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
	if v := &t.nodes[key+1]; v.kind != literal || v.text[0] != 'n' {
		return false
	}
	if t.owner == unstructuredType {
		return len(t.path) == 2 &&
			string(t.nodes[t.path[0]].text) == "metadata" &&
			string(t.nodes[t.path[1]].text) == "creationTimestamp"
	}
	return t.endsInStruct()
}

// endsInStruct follows the path through the owner's Go type and reports
// whether its last step is a field of a struct.
func (t *tape) endsInStruct() bool {
	typ := t.owner
	for i, step := range t.path {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch typ.Kind() {
		case reflect.Struct:
			typ = t.field(typ, t.nodes[step].text)
			if typ == nil {
				return false
			}
			if i == len(t.path)-1 {
				return true
			}
		case reflect.Map, reflect.Slice, reflect.Array:
			typ = typ.Elem()
		default:
			return false
		}
	}
	return false
}

// field returns the type of the field of a struct that encoding/json writes
// under the name given, or nil when the struct writes its JSON itself.
func (t *tape) field(typ reflect.Type, name []byte) reflect.Type {
	fields, ok := t.fields[typ]
	if !ok {
		if p := reflect.PointerTo(typ); !p.Implements(jsonMarshaler) && !p.Implements(textMarshaler) {
			fields = jsonFields(typ)
		}
		if t.fields == nil {
			t.fields = map[reflect.Type]map[string]reflect.Type{}
		}
		t.fields[typ] = fields
	}
	return fields[string(name)]
}

// jsonFields returns the types of a struct's fields by their names in JSON.
// Those of the struct itself hide those of structs embedded in it.
func jsonFields(typ reflect.Type) map[string]reflect.Type {
	own, embedded := map[string]reflect.Type{}, map[string]reflect.Type{}
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name != "":
			own[name] = f.Type
		case !f.Anonymous:
			own[f.Name] = f.Type
		default:
			t := f.Type
			if t.Kind() == reflect.Pointer {
				t = t.Elem()
			}
			if t.Kind() == reflect.Struct {
				maps.Copy(embedded, jsonFields(t))
			}
		}
	}
	maps.Copy(embedded, own)
	return embedded
}

var (
	unstructuredType = reflect.TypeFor[*unstructured.Unstructured]()
	jsonMarshaler    = reflect.TypeFor[json.Marshaler]()
	textMarshaler    = reflect.TypeFor[encoding.TextMarshaler]()
)
