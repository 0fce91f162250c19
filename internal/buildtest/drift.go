package buildtest

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestFields fails for each field under the spec of T that none of the kind's
// options is shown to set, unless exempt gives a reason for it or for a field
// that it belongs to; and for each reason that is not needed. Paths are written
// as rules[].audience[].name, and exempt[""] is the spec itself.
//
// Types of Kubernetes' own count as one field: only what the controller's authors
// define drifts with their releases.
func (k Kind[T, O]) TestFields(t *testing.T, exempt map[string]string) {
	t.Helper()
	shown := map[string]bool{}
	show := func(document string) {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			t.Fatal(err)
		}
		collect(object["spec"], "", shown)
	}
	for _, row := range k.Options {
		show(row.YAML)
	}
	// What the constructor sets from its arguments is shown by the plain object.
	plain, err := yaml.Marshal(k.Must(t))
	if err != nil {
		t.Fatal(err)
	}
	show(string(plain))

	spec, ok := reflect.TypeFor[T]().Elem().FieldByName("Spec")
	if !ok {
		t.Fatalf("%s has no spec", reflect.TypeFor[T]())
	}
	needed := map[string]bool{}
	for _, path := range fields(spec.Type, "", nil) {
		if shown[path] {
			continue
		}
		reason := coveredBy(path, exempt)
		if reason == "" {
			t.Errorf("no option sets spec.%s: give it one, and a row among the options, or a reason here", path)
		}
		needed[reason] = true
	}
	for _, path := range slices.Sorted(maps.Keys(exempt)) {
		if !needed[path] {
			t.Errorf("spec.%s needs no reason: it is gone, or shown to be set", path)
		}
	}
}

// coveredBy is the longest path in exempt that holds the path, or empty.
func coveredBy(path string, exempt map[string]string) string {
	for {
		if exempt[path] != "" {
			return path
		}
		cut := strings.LastIndex(path, ".")
		if cut < 0 {
			return ""
		}
		path = strings.TrimSuffix(strings.TrimSuffix(path[:cut], "[]"), "{}")
	}
}

// fields lists the fields of a type that hold a value, as JSON has them.
func fields(typ reflect.Type, path string, within []reflect.Type) []string {
	switch {
	case typ.Kind() == reflect.Pointer:
		return fields(typ.Elem(), path, within)
	case typ.Kind() == reflect.Slice && typ.Elem().Kind() != reflect.Uint8:
		return fields(typ.Elem(), path+"[]", within)
	case typ.Kind() == reflect.Map:
		return fields(typ.Elem(), path+"{}", within)
	case typ.Kind() != reflect.Struct || strings.HasPrefix(typ.PkgPath(), "k8s.io/") || slices.Contains(within, typ):
		return []string{trim(path)}
	}
	within = append(slices.Clip(within), typ)
	var list []string
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
			if !strings.HasPrefix(deref(field.Type).PkgPath(), "k8s.io/") {
				list = append(list, fields(field.Type, path, within)...)
				continue
			}
			// A type of Kubernetes' own, without a name of its own: its fields are
			// the only way to see it.
			for j := range deref(field.Type).NumField() {
				inner, _, _ := strings.Cut(deref(field.Type).Field(j).Tag.Get("json"), ",")
				if inner != "" && inner != "-" {
					list = append(list, join(path, inner))
				}
			}
		default:
			list = append(list, fields(field.Type, join(path, name), within)...)
		}
	}
	return list
}

func deref(typ reflect.Type) reflect.Type {
	if typ.Kind() == reflect.Pointer {
		return typ.Elem()
	}
	return typ
}

// collect notes the path of everything in value.
func collect(value any, path string, into map[string]bool) {
	into[trim(path)] = true
	switch value := value.(type) {
	case map[string]any:
		for key, item := range value {
			collect(item, join(path, key), into)
			collect(item, path+"{}", into)
		}
	case []any:
		for _, item := range value {
			collect(item, path+"[]", into)
		}
	}
}

// trim takes off what says that a field is a list or a map of simple values.
func trim(path string) string {
	for strings.HasSuffix(path, "[]") || strings.HasSuffix(path, "{}") {
		path = path[:len(path)-2]
	}
	return path
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
