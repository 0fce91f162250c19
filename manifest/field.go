package manifest

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// A field is one of a struct, or of a struct embedded in it.
type field struct {
	name  string // in JSON
	shape *shape
	by    []int // the embedded structs on the way to it
	index int32 // in its struct

	plain               bool // whether the name is written as it is
	omitEmpty, omitZero bool
	asksIsZero          bool // whether its type says what is zero
}

// fieldsOf returns the fields of a struct that are written, in the order of
// their names. It reports false for structs of an unusual make, which are left
// to encoding/json and its rules: those with the option "string", odd names, one
// name for several fields, or a pointer that may be zero and not nil.
func fieldsOf(typ reflect.Type, made map[reflect.Type]*shape) (fields []field, usual bool) {
	fields, usual = collect(nil, typ, nil, made)
	slices.SortFunc(fields, func(a, b field) int { return compareKeys(a.name, b.name) })
	for i := range fields {
		usual = usual && (i == 0 || fields[i-1].name != fields[i].name)
	}
	return fields, usual
}

// collect appends the fields of a struct that is embedded by way of others.
func collect(fields []field, typ reflect.Type, by []int, made map[reflect.Type]*shape) ([]field, bool) {
	const nested = 10 // structs embedded in each other: more may be without end
	if typ.Kind() != reflect.Struct || len(by) > nested {
		return fields, false
	}
	usual := true
	for i := range typ.NumField() {
		f := typ.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		ok := true
		if f.Anonymous && name == "" {
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			fields, ok = collect(fields, embedded, append(slices.Clone(by), i), made)
		} else {
			var added field
			added, ok = newField(f, cmp.Or(name, f.Name), strings.Split(options, ","))
			added.index, added.by, added.shape = int32(i), by, makeShape(f.Type, made)
			fields = append(fields, added)
		}
		usual = usual && ok
	}
	return fields, usual
}

// usualName is what a field is called where the rules of encoding/json for
// names do not matter.
var usualName = regexp.MustCompile(`^[A-Za-z0-9_$-]+$`)

func newField(f reflect.StructField, name string, options []string) (added field, usual bool) {
	added = field{
		name:       name,
		plain:      plainKey(name),
		omitEmpty:  slices.Contains(options, "omitempty"),
		omitZero:   slices.Contains(options, "omitzero"),
		asksIsZero: reflect.PointerTo(f.Type).Implements(isZeroer),
	}
	mayBeNil := f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Interface
	usual = f.IsExported() && usualName.MatchString(name) && !slices.Contains(options, "string") &&
		!(added.omitZero && mayBeNil && f.Type.Implements(isZeroer))
	return added, usual
}

// of returns the field's value in a struct, and whether it is written.
func (f *field) of(v reflect.Value) (reflect.Value, bool) {
	for _, i := range f.by {
		v = v.Field(i)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
	}
	v = v.Field(int(f.index))
	return v, !(f.omitEmpty && isEmpty(v)) && !(f.omitZero && f.isZero(v))
}

// isEmpty reports whether omitempty leaves a value out.
func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return v.String() == ""
	case reflect.Slice, reflect.Map, reflect.Array:
		return v.Len() == 0
	case reflect.Pointer, reflect.Interface:
		return v.IsNil()
	case reflect.Bool:
		return !v.Bool()
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// isZero reports whether omitzero leaves a value out.
func (f *field) isZero(v reflect.Value) bool {
	if !f.asksIsZero {
		return v.IsZero()
	}
	if !v.CanAddr() {
		boxed := reflect.New(v.Type()).Elem()
		boxed.Set(v)
		v = boxed
	}
	return v.Addr().Interface().(interface{ IsZero() bool }).IsZero()
}

var isZeroer = reflect.TypeFor[interface{ IsZero() bool }]()
