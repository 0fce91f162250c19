package buildtest

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
)

// oddTexts and oddNumbers are values that a field is likely to reject.
var (
	oddTexts   = []string{"", " ", "A", "a.b", "a/b", "-", "é", "*", "(", "{{", "https://a", strings.Repeat("a", 64), strings.Repeat("a", 254)}
	oddNumbers = []int64{math.MinInt32, -1, 0, math.MaxInt32}
)

// TestMutations puts one odd value into each field of each accepted object, and takes
// the next one for the next field: all of them in each would take a minute. The API server must
// accept every object that is accepted here.
func (k Kind[T]) TestMutations(t *testing.T) {
	accepted, rejected := 0, 0
	changes := k.changes()
	for row := range changes {
		for leaf := range leavesOf(k.Changed(t, changes[row])) {
			next := row + leaf
			if k.Mutate(t, row, leaf, oddTexts[next%len(oddTexts)], oddNumbers[next%len(oddNumbers)]) {
				accepted++
			} else {
				rejected++
			}
		}
	}
	t.Logf("%d accepted, %d rejected", accepted, rejected)
	if accepted == 0 || rejected == 0 {
		t.Error("the values are not odd enough, or too odd, to show anything")
	}
}

// Mutate replaces the value number leaf in the accepted object number row, both
// modulo how many there are, by the text or, if it is not a text, by the number. It
// reports whether the outcome is accepted, and fails the test if the API server
// then rejects it.
func (k Kind[T]) Mutate(t *testing.T, row, leaf int, text string, number int64) bool {
	t.Helper()
	changes := k.changes()
	mutated := k.Changed(t, changes[mod(row, len(changes))])
	leaves := leavesOf(mutated)
	leaves[mod(leaf, len(leaves))](text, number)
	obj, err := k.Build(mutated)
	if err != nil {
		return false
	}
	if errs := validateCRD(obj); len(errs) > 0 {
		document, _ := yaml.Marshal(mutated)
		t.Errorf("built, but the API server rejects it: %v\n%s", errs.ToAggregate(), document)
	}
	return true
}

func mod(n, of int) int { return int(uint(n) % uint(of)) }

// leavesOf lists how to replace each value that the object holds.
func leavesOf(obj any) []func(text string, number int64) {
	var leaves []func(string, int64)
	var walk func(reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			if quantity, ok := v.Addr().Interface().(*resource.Quantity); ok {
				leaves = append(leaves, func(_ string, number int64) { quantity.Set(number) })
				return
			}
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; v.Type().Field(i).IsExported() && name != "TypeMeta" && name != "Status" {
					walk(v.Field(i))
				}
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return // JSON, or a certificate: a text of its own
			}
			if v.Len() > 0 {
				leaves = append(leaves, func(string, int64) { v.SetZero() })
			}
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			keys := v.MapKeys()
			slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
			for _, key := range keys {
				leaves = append(leaves, func(text string, _ int64) {
					value := v.MapIndex(key)
					v.SetMapIndex(key, reflect.Value{})
					v.SetMapIndex(reflect.ValueOf(text).Convert(key.Type()), value)
				})
				if v.Type().Elem().Kind() == reflect.String {
					leaves = append(leaves, func(text string, _ int64) {
						v.SetMapIndex(key, reflect.ValueOf(text).Convert(v.Type().Elem()))
					})
				}
			}
		case reflect.String:
			leaves = append(leaves, func(text string, _ int64) { v.SetString(text) })
		case reflect.Int32, reflect.Int64:
			leaves = append(leaves, func(_ string, number int64) { v.SetInt(number) })
		}
	}
	walk(reflect.ValueOf(obj))
	return leaves
}
