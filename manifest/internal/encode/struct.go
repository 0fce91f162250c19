package encode

import (
	"cmp"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

type structEncoder struct {
	fields []structField // in the order of their names
}

// newStructEncoder leaves structs of an unusual make to encoding/json.
func newStructEncoder(t reflect.Type) encoderFunc {
	fields, usual := typeFields(t)
	if !usual {
		return marshalEncoder
	}
	return structEncoder{fields}.encode
}

// encode encodes a struct, less those of its fields that are null: nil
// pointers, slices and maps read back the same when they are absent. Any other
// null is the user's own: in Helm values it deletes a default, in a map it is a
// key, in a list an element.
func (s structEncoder) encode(e *encodeState, v reflect.Value) error {
	if err := e.enter(); err != nil {
		return err
	}
	defer e.leave()
	self, size := e.tape.open(structure), 0
	for i := range s.fields {
		f := &s.fields[i]
		value, written := f.of(v)
		if !written || self == 0 && f.name == status {
			continue
		}
		key := len(e.tape.nodes)
		e.tape.nodes = append(e.tape.nodes, node{kind: text, text: f.name, plain: f.plain, next: int32(key) + 1})
		if err := f.encode(e, value); err != nil {
			return fieldpath.At(f.name, err)
		}
		if e.tape.isNull(key + 1) {
			e.tape.nodes = e.tape.nodes[:key]
			continue
		}
		size++
	}
	e.tape.close(self, size)
	return nil
}

// A structField is a field of a struct, or of a struct embedded in it.
type structField struct {
	name   string // in JSON
	encode encoderFunc
	by     []int // the embedded structs on the way to it
	index  int32 // in its struct

	plain               bool // whether the name certainly needs no quotes
	omitEmpty, omitZero bool
	asksIsZero          bool // whether its type says what is zero
}

// typeFields returns the fields of a struct that are written, in the order of
// their names. It reports false for structs of an unusual make, whose rules only
// encoding/json knows: those with the option "string", odd names, one name for
// several fields, or a pointer that may be zero and not nil.
func typeFields(t reflect.Type) (fields []structField, usual bool) {
	fields, usual = appendFields(nil, t, nil)
	slices.SortFunc(fields, func(a, b structField) int { return compareKeys(a.name, b.name) })
	for i := range fields {
		usual = usual && (i == 0 || fields[i-1].name != fields[i].name)
	}
	return fields, usual
}

// appendFields appends the fields of an indirectly embedded struct.
func appendFields(fields []structField, t reflect.Type, by []int) ([]structField, bool) {
	const nested = 10 // structs embedded in each other: more may be without end
	if t.Kind() != reflect.Struct || len(by) > nested {
		return fields, false
	}
	usual := true
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		var ok bool
		if f.Anonymous && name == "" {
			embedded := f.Type
			if embedded.Kind() == reflect.Pointer {
				embedded = embedded.Elem()
			}
			fields, ok = appendFields(fields, embedded, append(slices.Clone(by), i))
		} else {
			var added structField
			added, ok = newStructField(f, cmp.Or(name, f.Name), strings.Split(options, ","))
			added.index, added.by = int32(i), by
			fields = append(fields, added)
		}
		usual = usual && ok
	}
	return fields, usual
}

// usualName matches the names for which the rules of encoding/json do not
// matter.
var usualName = regexp.MustCompile(`^[A-Za-z0-9_$-]+$`)

func newStructField(f reflect.StructField, name string, options []string) (added structField, usual bool) {
	added = structField{
		name:       name,
		encode:     typeEncoder(f.Type),
		plain:      scalar.PlainKey(name),
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
func (f *structField) of(v reflect.Value) (reflect.Value, bool) {
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
func (f *structField) isZero(v reflect.Value) bool {
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
