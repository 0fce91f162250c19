package manifest

import "reflect"

// LeftToJSON returns the structs, within the type of v and all types seen before,
// that encoding/json has to write although they have no method for it.
func LeftToJSON(v any) (types []reflect.Type) {
	shapeOf(reflect.TypeOf(v))
	shapes.Range(func(key, value any) bool {
		typ := key.(reflect.Type)
		if value.(*shape).form == marshalForm && typ.Kind() == reflect.Struct && !marshalsItself(typ) {
			types = append(types, typ)
		}
		return true
	})
	return types
}
