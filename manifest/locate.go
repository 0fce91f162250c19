package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
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

	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
)

// syntax finds the line that a message of the YAML library is about. Its
// scanner counts lines from one, its parser from zero, and other parts of it
// give none. Messages that quote text are put into other words: the text may
// be a password that begins with an asterisk.
func (s *source) syntax(msg string) problem {
	line := 0
	if m := syntaxLine.FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
		line += s.start - 1
		if parserError.MatchString(msg) {
			line++
		}
	} else if n, ok := badByte(s.text); ok {
		line = s.start + n
	}
	if m := alreadySet.FindStringSubmatch(msg); m != nil {
		msg = fmt.Sprintf("key %s is there twice", m[1])
	}
	if m := unknownAnchor.FindStringSubmatch(msg); m != nil {
		line = s.lineWith("*" + m[1])
		msg = "an alias without its anchor: text that begins with * needs quotes"
	}
	switch {
	case strings.HasPrefix(msg, "invalid map key"):
		line = s.lineWith("{{")
		msg = "a mapping or list as a key: text that begins with { or [ needs quotes"
	case strings.HasPrefix(msg, "anchor '"):
		msg = "an anchor that holds an alias of itself"
	case strings.HasPrefix(msg, "cannot decode"):
		msg = "a value that is not what its tag says"
	}
	return problem{line, errors.New(msg)}
}

// lineWith returns the first line of the stream in the document that holds the
// text given, or zero.
func (s *source) lineWith(text string) int {
	i := bytes.Index(s.text, []byte(text))
	if i < 0 {
		return 0
	}
	return s.start + bytes.Count(s.text[:i], []byte("\n"))
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
