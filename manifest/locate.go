package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"
)

// A source is a document that has been parsed, with what it takes to tell
// where in its text something is: the library that decodes YAML keeps no
// lines, so the text is parsed once more for them when there is a need.
type source struct {
	document
	value any
	twice *yaml.TypeError // keys that are there twice
	root  *yaml3.Node
}

// lineOf returns the line of the stream that the field at a path is on, of the
// nearest field around it that is there, or of the document.
func (s *source) lineOf(path string) int {
	if s.root == nil {
		s.root = &yaml3.Node{}
		_ = yaml3.Unmarshal(s.text, s.root) // without lines we fall back on the document's
	}
	if len(s.root.Content) == 0 {
		return s.line
	}
	line := s.line
	for n := s.root.Content[0]; n != nil && path != ""; {
		n, path = step(n, path)
		if n != nil {
			line = s.start + n.Line - 1
		}
	}
	return line
}

// step follows the first step of a path in the form "a.b[1].c". Keys may hold
// dots, so the longest one that fits is taken. The node returned is that of
// the key, for the line, and holds the value.
func step(n *yaml3.Node, path string) (*yaml3.Node, string) {
	for n.Kind == yaml3.AliasNode {
		n = n.Alias
	}
	path = strings.TrimPrefix(path, ".")
	if n.Kind == yaml3.SequenceNode {
		index, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(index); ok && err == nil && i < len(n.Content) {
			return n.Content[i], rest
		}
		return nil, ""
	}
	var value *yaml3.Node
	rest := ""
	longest := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		after, ok := strings.CutPrefix(path, key.Value)
		if ok && len(key.Value) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			longest, rest = len(key.Value), after
			v := *n.Content[i+1]
			v.Line = key.Line
			value = &v
		}
	}
	return value, rest
}

// A problem is something wrong, and the line it is on or zero.
type problem struct {
	line int
	err  error
}

// A fieldError is what is wrong with the field at a path.
type fieldError struct {
	path string
	err  error
}

func (e *fieldError) Error() string {
	if e.path == "" {
		return e.err.Error()
	}
	return e.path + ": " + e.err.Error()
}

func (e *fieldError) Unwrap() error { return e.err }

// at returns err as that of the field at a path, below which lie the fields
// that the error knows already.
func at(path string, err error) error {
	if path == "" {
		return err
	}
	switch err := err.(type) {
	case kjson.FieldError:
		err.SetFieldPath(join(path, err.FieldPath()))
		return err
	case *fieldError:
		return &fieldError{join(path, err.path), err.err}
	}
	return &fieldError{path, err}
}

// join appends a path in the form "a.b" or "[1].b" to another one.
func join(path, more string) string {
	if path == "" || more == "" || more[0] == '[' {
		return path + more
	}
	return path + "." + more
}

// problems finds the lines of an error.
func (s *source) problems(err error) []problem {
	var field kjson.FieldError
	var located *fieldError
	var types *yaml.TypeError
	switch {
	case errors.As(err, &field):
		return []problem{{s.lineOf(field.FieldPath()), err}}
	case errors.As(err, &located):
		return []problem{{s.lineOf(located.path), err}}
	case errors.As(err, &types):
		var all []problem
		for _, msg := range types.Errors {
			all = append(all, s.syntax(msg))
		}
		return all
	case strings.HasPrefix(err.Error(), "yaml: "):
		return []problem{s.syntax(strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	return []problem{{0, err}}
}

var (
	syntaxLine  = regexp.MustCompile(`^line (\d+): `)
	parserError = regexp.MustCompile(`did not find expected (<|node content|key|'-'|',')`)
	alreadySet  = regexp.MustCompile(`^key (.*) already set in map$`)
)

// syntax reads the line out of a message of the YAML library. Its scanner
// counts lines from one, its parser from zero, and both leave zero out.
func (s *source) syntax(msg string) problem {
	line := s.start
	if m := syntaxLine.FindStringSubmatch(msg); m != nil {
		n, _ := strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
		line += n - 1
		if parserError.MatchString(msg) {
			line++
		}
	} else if n, ok := badByte(s.text); ok {
		line += n
	}
	if m := alreadySet.FindStringSubmatch(msg); m != nil {
		msg = fmt.Sprintf("key %s is there twice", m[1])
	}
	return problem{line, errors.New(msg)}
}

// badByte returns the number of lines before the first byte that YAML text
// cannot hold.
func badByte(text []byte) (lines int, ok bool) {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' ||
			r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff {
			return bytes.Count(text[:i], []byte("\n")), true
		}
		i += size
	}
	return 0, false
}

// blame finds the fields that keep v from being decoded into out, since the
// errors of types that decode themselves do not say where they are: it takes
// parts of v away and sees whether the error remains. What is left of v in the
// end decodes, and is checked for unknown fields.
func (d *Decoder) blame(v any, path string, out any, err error) []error {
	const problems, budget = 10, 4 << 20
	b := &blamer{d: d, root: v, out: reflect.TypeOf(out).Elem(), budget: budget}
	var errs []error
	for err != nil && len(errs) < problems {
		field, remove := b.find(v, path, err)
		errs = append(errs, at(field, plainError(err)))
		if remove == nil {
			break
		}
		remove()
		var strict []error
		strict, err = b.try()
		for _, e := range strict {
			errs = append(errs, at(path, e))
		}
	}
	return errs
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

type blamer struct {
	d      *Decoder
	root   any
	out    reflect.Type
	budget int // bytes of JSON yet to be spent on tries
}

// try decodes what is left of the root.
func (b *blamer) try() (strict []error, err error) {
	data, err := toJSON(nil, b.root, b.d.maxJSON())
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
		v, path, remove = suspects[0].value, join(path, suspects[0].step), suspects[0].remove
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

// describeValue names the type of a YAML value in the words of JSON.
func describeValue(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case map[any]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	}
	return "a number"
}
