package buildtest

import (
	"fmt"
	"reflect"
	"time"

	"unsafe"
)

// SharedMemory lists where a holds a pointer, map or slice that b holds too.
func SharedMemory(a, b any) []string {
	held := map[unsafe.Pointer]string{}
	walkMemory(reflect.ValueOf(b), "", func(p unsafe.Pointer, path string) { held[p] = path })
	var shared []string
	walkMemory(reflect.ValueOf(a), "", func(p unsafe.Pointer, path string) {
		if _, ok := held[p]; ok {
			shared = append(shared, path)
		}
	})
	return shared
}

func walkMemory(v reflect.Value, path string, visit func(unsafe.Pointer, string)) {
	switch v.Kind() {
	case reflect.Pointer:
		// A time's location is shared by design, and never written to.
		if !v.IsNil() && v.Type() != reflect.TypeFor[*time.Location]() {
			visit(v.UnsafePointer(), path)
			walkMemory(v.Elem(), path, visit)
		}
	case reflect.Interface:
		walkMemory(v.Elem(), path, visit)
	case reflect.Map:
		if !v.IsNil() {
			visit(v.UnsafePointer(), path)
		}
		for entries := v.MapRange(); entries.Next(); {
			walkMemory(entries.Value(), fmt.Sprintf("%s[%v]", path, entries.Key()), visit)
		}
	case reflect.Slice:
		if v.Cap() > 0 {
			visit(v.UnsafePointer(), path)
		}
		for i := range v.Len() {
			walkMemory(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			walkMemory(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	}
}
