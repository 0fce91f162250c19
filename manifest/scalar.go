package manifest

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
)

const (
	lineWidth = 80  // beyond it the library breaks lines at spaces
	simpleKey = 128 // the longest key that the library follows by a colon
)

// short appends v, a scalar or an empty collection, when it needs no thought,
// and reports whether it did. Column is where it begins.
func (b *block) short(v *node, column int) bool {
	switch v.kind {
	case mapping:
		b.out = append(b.out, "{}"...)
		return true
	case sequence:
		b.out = append(b.out, "[]"...)
		return true
	case number:
		if !plainInteger(v.text) {
			return false
		}
	case text:
		if !plain(v) || column+len(v.text) > lineWidth && bytes.IndexByte(v.text, ' ') >= 0 {
			return false
		}
	}
	b.out = append(b.out, v.text...)
	return true
}

// plainInteger reports whether a JSON number is an integer that every reader
// takes for the same one.
func plainInteger(s []byte) bool {
	digits := s
	if s[0] == '-' {
		digits = s[1:]
		if digits[0] == '0' {
			return false // -0 is 0
		}
	}
	if len(digits) > 18 {
		return false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// plain reports whether a string is certainly written as it is: it looks like
// nothing but a string, and holds nothing that YAML or the library treats in a
// special way. When in doubt the answer is no, and the library decides.
func plain(v *node) bool {
	s := v.text
	if len(s) == 0 {
		return false
	}
	switch begins[s[0]] {
	case word:
	case maybe: // y, no, on, true, null and their like
		if len(s) <= len("false") {
			return false
		}
	case dot: // .5, .inf, ...
		if len(s) < 2 || s[1] != '/' {
			return false
		}
	case digit: // a number or a date cannot end in these
		if c := s[len(s)-1]; c < 'g' || c > 'y' {
			return false
		}
	default:
		return false
	}
	for i, c := range s {
		switch class[c] {
		case safe:
		case space:
			if i == len(s)-1 {
				return false
			}
		case colon:
			if i == len(s)-1 || s[i+1] == ' ' {
				return false
			}
		case hash:
			if s[i-1] == ' ' {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// What the first byte of a string says about it.
const (
	odd = iota
	word
	maybe
	dot
	digit
)

// What a byte does within a string.
const (
	special = iota
	safe
	space
	colon
	hash
)

var begins, class [256]byte

func init() {
	for c := '!'; c <= '~'; c++ {
		class[c] = safe
	}
	class[' '], class[':'], class['#'] = space, colon, hash

	for c := 'a'; c <= 'z'; c++ {
		begins[c], begins[c-'a'+'A'] = word, word
	}
	begins['/'], begins['_'], begins['$'], begins['('] = word, word, word, word
	for _, c := range "yYnNtTfFoO" {
		begins[c] = maybe
	}
	for c := '0'; c <= '9'; c++ {
		begins[c] = digit
	}
	begins['.'] = dot
}

// A library renders what the short path does not. It keeps one encoder, since
// each brings buffers of its own that cost more than most scalars.
type library struct {
	out     bytes.Buffer
	encoder *yaml.Encoder
}

// byLibrary appends an entry of a mapping, or an item of a sequence when the
// key is nil, as the library writes it at that indentation: nested in as many
// mappings as it takes to get there, whose lines are then cut off.
func (b *block) byLibrary(indent int, key, value *node) error {
	v, err := value.scalar()
	if err != nil {
		return err
	}
	var doc any
	depth := indent / 2
	if key == nil {
		doc = []any{v}
		depth++ // a sequence is level with the key it belongs to
	} else {
		k, err := key.scalar()
		if err != nil {
			return err
		}
		doc = yaml.MapSlice{{Key: k, Value: v}}
	}
	for range depth {
		doc = yaml.MapSlice{{Key: "x", Value: doc}}
	}
	rendered, err := b.lib.render(doc)
	if err != nil {
		return err
	}
	header := depth*(depth+2) + indent // "x:\n", "  x:\n", ... and the indentation itself
	rendered = rendered[header:]
	if key != nil && string(key.text) == "<<" {
		// The library leaves this key bare, and reads it as a merge.
		b.out = append(b.out, `"<<"`...)
		rendered = rendered[len("<<"):]
	}
	b.out = append(b.out, rendered...)
	return nil
}

// render returns doc as the library writes it; the bytes are good until the
// next call.
func (l *library) render(doc any) ([]byte, error) {
	if l.encoder == nil {
		l.encoder = yaml.NewEncoder(&l.out)
	}
	l.out.Reset()
	if err := l.encoder.Encode(doc); err != nil {
		l.encoder = nil
		return nil, err
	}
	return bytes.TrimPrefix(l.out.Bytes(), []byte(separator)), nil
}

// scalar returns the Go value of a scalar.
func (n *node) scalar() (any, error) {
	switch n.kind {
	case mapping:
		return map[string]any{}, nil
	case sequence:
		return []any{}, nil
	case text:
		if !utf8.Valid(n.text) {
			return nil, fmt.Errorf("string %q is not UTF-8", n.text)
		}
		return string(n.text), nil
	}
	var v any
	err := yaml.Unmarshal(n.text, &v)
	return v, err
}
