package encode

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// A library renders what the short path does not. It keeps its encoder for a
// while, since each brings large buffers of its own, but not for good, since an
// encoder never forgets an event that it has emitted.
//
// Its output for short strings is cached: the same "true", "*" and "1.10" come again
// and again, and the library takes microseconds for each.
type library struct {
	out     bytes.Buffer
	encoder *yaml.Encoder
	uses    int               // left, of the encoder
	strings map[string]string // as they are written on a line that need not be broken
}

const (
	maxStrings = 1000 // that are remembered
	maxString  = 64   // the length of the longest
)

// string returns how the library writes a short string of printable ASCII, or
// "" if it is none or is written differently from place to place.
func (l *library) string(s string) string {
	if len(s) > maxString || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return ""
	}
	written, ok := l.strings[s]
	if ok {
		return written
	}
	item, err := l.render([]any{s})
	if err != nil {
		return ""
	}
	written = strings.TrimSuffix(strings.TrimPrefix(string(item), "- "), "\n")
	if strings.Contains(written, "\n") {
		written = ""
	}
	if l.strings == nil {
		l.strings = map[string]string{}
	}
	if len(l.strings) == maxStrings {
		clear(l.strings)
	}
	l.strings[strings.Clone(s)] = written
	return written
}

// byLibrary appends an entry of a mapping, or an item of a sequence when the
// key is nil, as the library writes it at that indentation: nested in as many
// mappings as it takes to get there, whose lines are then cut off.
func (e *emitter) byLibrary(indent int, key, value *node) error {
	v, err := value.value()
	if err != nil {
		return err
	}
	var doc any
	depth := indent / 2
	if key == nil {
		doc = []any{v}
		depth++ // a sequence is level with the key it belongs to
	} else {
		k, err := key.value()
		if err != nil {
			return err
		}
		doc = yaml.MapSlice{{Key: k, Value: v}}
	}
	for range depth {
		doc = yaml.MapSlice{{Key: "x", Value: doc}}
	}
	rendered, err := e.lib.render(doc)
	if err != nil {
		return err
	}
	header := depth*(depth+2) + indent // "x:\n", "  x:\n", ... and the indentation itself
	rendered = rendered[header:]
	if key != nil && key.text == "<<" {
		// The library leaves this key bare, and reads it as a merge.
		e.out = append(e.out, `"<<"`...)
		rendered = rendered[len("<<"):]
	}
	e.out = append(e.out, rendered...)
	return nil
}

// render returns doc as the library writes it; the bytes are good until the
// next call.
func (l *library) render(doc any) ([]byte, error) {
	if l.uses == 0 {
		l.encoder, l.uses = yaml.NewEncoder(&l.out), 100
	}
	l.uses--
	l.out.Reset()
	if err := l.encoder.Encode(doc); err != nil {
		l.uses = 0
		return nil, err
	}
	return bytes.TrimPrefix(l.out.Bytes(), []byte(Separator)), nil
}

// value returns the Go value of a scalar.
func (n *node) value() (any, error) {
	switch n.kind {
	case mapping, structure:
		return map[string]any{}, nil
	case sequence:
		return []any{}, nil
	case text:
		if !utf8.ValidString(n.text) {
			return nil, errors.New("the text is not UTF-8")
		}
		return n.text, nil
	case number:
		if err := scalar.Lossless(n.text); err != nil {
			return nil, err
		}
	}
	var v any
	err := yaml.Unmarshal([]byte(n.text), &v)
	return v, err
}
