package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	kjson "sigs.k8s.io/json"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// blame finds the fields that keep v, which lies at a path, from being decoded into
// out, since the errors of types that decode themselves do not say where they are: it
// takes parts of v away and sees whether the error remains. The rest of v decodes,
// and is checked for unknown fields.
func blame(v any, path string, out any, err error, maxJSON int) []error {
	const found, budget = 10, 4 << 20 // which a document of usual size does not spend
	b := &blamer{root: v, out: reflect.TypeOf(out).Elem(), budget: budget, maxJSON: maxJSON}
	var errs []error
	for err != nil && len(errs) < found {
		field, remove := b.find(v, path, err)
		errs = append(errs, fieldpath.At(field, plainError(err)))
		if remove == nil {
			break
		}
		remove()
		var strict []error
		strict, err = b.try()
		for _, e := range strict {
			errs = append(errs, fieldpath.At(path, e))
		}
	}
	return errs
}

// partCost is what it costs to take a part away and to put it back, in bytes of
// JSON tried.
const partCost = 16

type blamer struct {
	root    any
	out     reflect.Type
	budget  int // bytes of JSON yet to be spent on tries, and what parts cost
	maxJSON int // of a try
}

// try decodes what is left of the root.
func (b *blamer) try() (strict []error, err error) {
	data, err := toJSON(nil, b.root, b.maxJSON)
	b.budget -= len(data)
	if err != nil {
		return nil, err
	}
	return kjson.UnmarshalStrict(data, reflect.New(b.out).Interface())
}

// find returns the path of the innermost part of v that makes the error by
// itself, and a function that takes it away for good.
func (b *blamer) find(v any, path string, err error) (string, func()) {
	var remove func()
	var others []part // all that v is left without on the way down
	defer func() { restore(others) }()
	for {
		parts := partsOf(v)
		b.budget -= len(parts) * partCost
		if len(parts) == 0 || b.alone(parts, nil, err) {
			return path, remove
		}
		suspects := parts
		for len(suspects) > 1 {
			half := len(suspects) / 2
			if b.alone(parts, suspects[:half], err) {
				suspects = suspects[:half]
			} else {
				suspects = suspects[half:]
			}
		}
		if !b.alone(parts, suspects, err) {
			return path, remove
		}
		for _, p := range parts {
			p.remove()
		}
		restore(suspects)
		others = append(others, parts...)
		v, path, remove = suspects[0].value, fieldpath.Join(path, suspects[0].step), suspects[0].remove
	}
}

// alone reports whether the error remains when of some parts only those kept
// are there. It says no when the budget is spent.
func (b *blamer) alone(parts, kept []part, err error) bool {
	if b.budget <= 0 {
		return false
	}
	for _, p := range parts {
		p.remove()
	}
	restore(kept)
	_, got := b.try()
	restore(parts)
	return got != nil && got.Error() == err.Error()
}

func restore(parts []part) {
	for _, p := range parts {
		p.restore()
	}
}

// A part is an entry of a mapping or an item of a sequence. An item is removed
// by making it null, so that the others keep their places.
type part struct {
	step            string
	value           any
	remove, restore func()
}

func partsOf(v any) []part {
	var parts []part
	switch v := v.(type) {
	case map[any]any:
		for k, value := range v {
			parts = append(parts, part{fmt.Sprint(k), value, func() { delete(v, k) }, func() { v[k] = value }})
		}
		slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.step, b.step) })
	case []any:
		for i, value := range v {
			parts = append(parts, part{fmt.Sprintf("[%d]", i), value, func() { v[i] = nil }, func() { v[i] = value }})
		}
	}
	return parts
}

// plainError says in the words of YAML that a value has the wrong type.
func plainError(err error) error {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	value, _, _ := strings.Cut(mismatch.Value, " ") // "number 1.5" is out of range or no integer
	switch value {
	case "object":
		value = "mapping"
	case "array":
		value = "list"
	case "bool":
		value = "boolean"
	}
	return fmt.Errorf("a %s where the type is %s", value, mismatch.Type)
}
