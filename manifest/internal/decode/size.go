package decode

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

var errTooLong = errors.New("the document is too long once its aliases are expanded")

// checkSize fails as toJSON would, where v takes far more than max bytes. It writes
// nothing, so a short document whose aliases stand for a long one takes no memory. A
// size above max by less than an eighth, which is more than one string can take, is
// left to toJSON.
func checkSize(v any, max int) error {
	most := max + max/8
	if sizeOf(v, most+1) <= most {
		return nil
	}
	n := 0
	return exceeding(v, &n, max)
}

// sizeOf returns the bytes that v takes at least, and max if these are more.
func sizeOf(v any, max int) int {
	n := 1
	switch v := v.(type) {
	case string:
		n += 1 + len(v)
	case []any:
		for i := 0; i < len(v) && n < max; i++ {
			n += 1 + sizeOf(v[i], max-n)
		}
	case map[any]any:
		for key, item := range v {
			if n >= max {
				break
			}
			n += 2 + sizeOf(key, max-n) + sizeOf(item, max-n)
		}
	}
	return min(n, max)
}

// exceeding adds what v takes to n, in the order of toJSON, and fails at the value
// with which that is more than max.
func exceeding(v any, n *int, max int) error {
	if *n > max {
		return errTooLong
	}
	switch v := v.(type) {
	case string:
		*n += len(v) + 2
	case []any:
		for i, item := range v {
			*n++
			if err := exceeding(item, n, max); err != nil {
				return fieldpath.At(fmt.Sprintf("[%d]", i), err)
			}
		}
	case map[any]any:
		keys := map[string]any{}
		for key, item := range v {
			if name, err := keyString(key); err == nil {
				keys[name] = item
			}
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			*n += len(key) + 4
			if err := exceeding(keys[key], n, max); err != nil {
				return fieldpath.At(key, err)
			}
		}
	default:
		*n++
	}
	return nil
}
