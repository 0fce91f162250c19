package encode

import (
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v2"
)

// FuzzCompareKeys sorts three keys as the library does.
func FuzzCompareKeys(f *testing.F) {
	f.Add("a9", "a10", "a010")
	f.Add("1", "01", "001")
	f.Add("a-b", "a_b", "aB")
	f.Add("100", "1000", "10a")
	f.Add("é1", "日2", "_")
	f.Add("99999999999999999999", "99999999999999999998", "9")
	f.Add("٣", "3", "x٣0")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		keys := map[string]int{strings.ToValidUTF8(a, ""): 0, strings.ToValidUTF8(b, ""): 0, strings.ToValidUTF8(c, ""): 0}
		text, err := yaml.Marshal(keys)
		if err != nil {
			return
		}
		var want yaml.MapSlice
		if err := yaml.Unmarshal(text, &want); err != nil || len(want) != len(keys) {
			return // the library does not read back what it wrote
		}
		var got []string
		for k := range keys {
			got = append(got, k)
		}
		slices.SortFunc(got, compareKeys)
		if !ordered(got) {
			return // the order has a cycle
		}
		for i, item := range want {
			if item.Key != got[i] {
				t.Fatalf("key %d is %q, want %q", i, got[i], item.Key)
			}
		}
	})
}

// ordered reports whether keys that have been sorted are in order, each of
// them with each other.
func ordered(keys []string) bool {
	for i := range keys {
		for j := range i {
			if compareKeys(keys[j], keys[i]) >= 0 {
				return false
			}
		}
	}
	return true
}

// Ordered reports whether the keys of all mappings within a JSON value have
// one order, so that the library always writes the same.
func Ordered(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		var keys []string
		for k, value := range v {
			if !Ordered(value) {
				return false
			}
			keys = append(keys, k)
		}
		slices.SortFunc(keys, compareKeys)
		return ordered(keys)
	case []any:
		for _, item := range v {
			if !Ordered(item) {
				return false
			}
		}
	}
	return true
}
