package decode

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// toJSON appends what the YAML library decoded as JSON, keys sorted, and fails
// when that takes the text beyond max bytes: aliases let a short document
// stand for a very long one.
func toJSON(dst []byte, v any, max int) ([]byte, error) {
	if len(dst) > max {
		return dst, errTooLong
	}
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), nil
	case bool:
		return strconv.AppendBool(dst, v), nil
	case int:
		return strconv.AppendInt(dst, int64(v), 10), nil
	case int64:
		return strconv.AppendInt(dst, v, 10), nil
	case uint64:
		return strconv.AppendUint(dst, v, 10), nil
	case float64:
		b, err := json.Marshal(v)
		if err != nil {
			return dst, fmt.Errorf("the number %v has no JSON form", v)
		}
		return append(dst, b...), nil
	case string:
		return quote(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = toJSON(dst, item, max); err != nil {
				return dst, fieldpath.At(fmt.Sprintf("[%d]", i), err)
			}
		}
		return append(dst, ']'), nil
	case map[any]any:
		return mapToJSON(dst, v, max)
	}
	return dst, fmt.Errorf("a value of type %T has no JSON form", v)
}

func mapToJSON(dst []byte, m map[any]any, max int) ([]byte, error) {
	type entry struct {
		key   string
		value any
	}
	entries := make([]entry, 0, len(m))
	for k, v := range m {
		key, err := keyString(k)
		if err != nil {
			return dst, err
		}
		entries = append(entries, entry{key, v})
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })

	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			if e.key == entries[i-1].key {
				return dst, fmt.Errorf("duplicate key %q, once as a number", e.key)
			}
			dst = append(dst, ',')
		}
		var err error
		if dst, err = quote(dst, e.key); err != nil {
			return dst, err
		}
		dst = append(dst, ':')
		if dst, err = toJSON(dst, e.value, max); err != nil {
			return dst, fieldpath.At(e.key, err)
		}
	}
	return append(dst, '}'), nil
}

// keyString returns a key of a mapping as JSON has it. Readers of YAML differ
// over keys like on and 1.10, so these have to be quoted.
func keyString(k any) (string, error) {
	switch k := k.(type) {
	case string:
		return k, nil
	case int:
		return strconv.Itoa(k), nil
	case int64:
		return strconv.FormatInt(k, 10), nil
	case uint64:
		return strconv.FormatUint(k, 10), nil
	case bool:
		return "", fmt.Errorf("a key is the boolean %t to YAML 1.1, as y, n, yes, no, on and off are: put it in quotes", k)
	case nil:
		return "", errors.New("a key is null: put it in quotes")
	}
	return "", fmt.Errorf("a key is the number %v: put it in quotes", k)
}

// quote appends s as a JSON string, escaping only what JSON forbids.
func quote(dst []byte, s string) ([]byte, error) {
	if !utf8.ValidString(s) {
		return dst, errors.New("a binary value that is not UTF-8 has no JSON form")
	}
	dst = append(dst, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, `\n`...)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, c)
		}
		start = i + 1
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"'), nil
}
