package build

import "reflect"

// IsNil reports whether obj is nil, or an interface that holds a nil pointer.
func IsNil(obj any) bool {
	v := reflect.ValueOf(obj)
	return !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil()
}
