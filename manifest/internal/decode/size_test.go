package decode

import (
	"strings"
	"testing"
)

// TestCheckSize: nothing is rejected that would stay within the limit when written.
func TestCheckSize(t *testing.T) {
	long := strings.Repeat("x", 100)
	for name, v := range map[string]any{
		"strings":  map[any]any{"a": []any{long, long, long}, "b": long},
		"nested":   map[any]any{"a": map[any]any{"b": []any{map[any]any{"c": long}, []any{long}}}},
		"a string": long,
		"values":   []any{nil, true, 1, 1.5, "", []any{}, map[any]any{}},
	} {
		t.Run(name, func(t *testing.T) {
			for max := range 600 {
				early := checkSize(v, max)
				if early == nil {
					continue
				}
				if written, err := toJSON(nil, v, 1<<20); err != nil || len(written) <= max {
					t.Errorf("limit %d: %v, though it takes %d bytes (error %v)", max, early, len(written), err)
				}
			}
			if err := checkSize(v, 1<<20); err != nil {
				t.Error(err)
			}
		})
	}
}
