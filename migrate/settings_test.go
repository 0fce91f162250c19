package migrate_test

import (
	"reflect"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A step is one part of the path to a field: a key, or the first item of a list.
type step string

const item step = "[0]"

// setting is a field of an object and a value for it.
type setting struct {
	path  []step
	value any
}

// leaves are values of types that are written as one.
var leaves = map[reflect.Type]any{
	reflect.TypeFor[metav1.Duration]():           "7m0s",
	reflect.TypeFor[resource.Quantity]():         "7",
	reflect.TypeFor[intstr.IntOrString]():        int64(7),
	reflect.TypeFor[apiextensionsv1.JSON]():      map[string]any{"x": "y"},
	reflect.TypeFor[runtime.RawExtension]():      map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "x"}},
	reflect.TypeFor[metav1.Time]():               nil,
	reflect.TypeFor[metav1.ManagedFieldsEntry](): nil,
}

// settings lists every field of a type that JSON can set, each with a value.
func settings(typ reflect.Type, path []step) []setting {
	if value, ok := leaves[typ]; ok {
		if value == nil {
			return nil
		}
		return []setting{{slices.Clone(path), value}}
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return settings(typ.Elem(), path)
	case reflect.Slice:
		return settings(typ.Elem(), append(slices.Clip(path), item))
	case reflect.Map:
		return settings(typ.Elem(), append(slices.Clip(path), "x"))
	case reflect.String:
		return []setting{{slices.Clone(path), "x"}}
	case reflect.Bool:
		return []setting{{slices.Clone(path), true}}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint8:
		return []setting{{slices.Clone(path), int64(7)}}
	case reflect.Struct:
		return fields(typ, path)
	}
	return nil
}

func fields(typ reflect.Type, path []step) []setting {
	var all []setting
	for n := range typ.NumField() {
		field := typ.Field(n)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported() || len(path) == 0 && (field.Type == reflect.TypeFor[metav1.TypeMeta]() || name == "status"):
		case name == "":
			all = append(all, settings(field.Type, path)...)
		default:
			all = append(all, settings(field.Type, append(slices.Clip(path), step(name)))...)
		}
	}
	return all
}

// serverSet are fields that the API server sets: no repository says them.
var serverSet = map[string]bool{
	"metadata.creationTimestamp": true, "metadata.generation": true, "metadata.resourceVersion": true,
	"metadata.selfLink": true, "metadata.uid": true,
}

func (s setting) String() string {
	var path string
	for _, part := range s.path {
		if part != item && path != "" {
			path += "."
		}
		path += string(part)
	}
	return path
}

// set sets the field, making what holds it.
func (s setting) set(content any, path []step) any {
	if len(path) == 0 {
		return s.value
	}
	if path[0] == item {
		list, _ := content.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = s.set(list[0], path[1:])
		return list
	}
	object, _ := content.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[string(path[0])] = s.set(object[string(path[0])], path[1:])
	return object
}
