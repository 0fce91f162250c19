package manifest

import "reflect"

// LeftToJSON returns the structs within a value's type that encoding/json has
// to write although they have no method for it.
func LeftToJSON(v any) (types []reflect.Type) {
	made := map[reflect.Type]*shape{}
	makeShape(reflect.TypeOf(v), made)
	for typ, s := range made {
		if s.form == marshalForm && typ.Kind() == reflect.Struct && !marshalsItself(typ) {
			types = append(types, typ)
		}
	}
	return types
}
