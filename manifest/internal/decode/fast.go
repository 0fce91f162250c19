package decode

import (
	"bytes"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// A fastReader turns documents in the layout that package encode writes on its fast
// path into JSON, several times faster than the YAML library.
//
// It knows block mappings and sequences, plain strings, literal blocks, integers, and
// comments on lines of their own. It declines everything else, and every error.
type fastReader struct {
	text   []byte // what follows the current line
	line   []byte // the current line without its indentation; empty at the end
	indent int    // the indentation, or -1 at the end
	depth  int
	json   []byte
	keys   [][]byte // of the mappings around the current line

	apiVersion, kind string // of the document
}

const (
	maxDepth = 100 // of nested mappings and sequences
	maxKeys  = 32  // of a mapping: each is compared with all before it
)

// read converts a document and reports whether it could.
func (r *fastReader) read(text []byte) bool {
	if !bytes.HasSuffix(text, []byte("\n")) {
		return false
	}
	for _, c := range text {
		if c != '\n' && (c < ' ' || c > '~') {
			return false
		}
	}
	*r = fastReader{text: text, json: r.json[:0], keys: r.keys[:0]}
	r.next()
	if r.indent == 0 && string(r.line) == "---" {
		r.next()
	}
	return r.indent == 0 && r.mapping(0) && r.indent < 0
}

// next moves to the next line that is neither empty nor a comment.
func (r *fastReader) next() {
	for len(r.text) > 0 {
		r.line, r.text, _ = bytes.Cut(r.text, []byte("\n"))
		length := len(r.line)
		r.line = bytes.TrimLeft(r.line, " ")
		r.indent = length - len(r.line)
		if len(r.line) > 0 && r.line[0] != '#' {
			return
		}
	}
	r.line, r.indent = nil, -1
}

// enter counts the mapping or sequence that begins, and reports whether it is
// not too deep.
func (r *fastReader) enter() bool {
	r.depth++
	return r.depth <= maxDepth
}

// block converts the mapping or sequence that begins on the current line.
func (r *fastReader) block() bool {
	if isItem(r.line) {
		return r.sequence(r.indent)
	}
	return r.mapping(r.indent)
}

func isItem(line []byte) bool { return bytes.HasPrefix(line, []byte("- ")) }

func (r *fastReader) mapping(indent int) bool {
	if !r.enter() {
		return false
	}
	first := len(r.keys)
	r.json = append(r.json, '{')
	for r.indent == indent && !isItem(r.line) {
		key, value, ok := cutKey(r.line)
		if !ok || len(r.keys)-first == maxKeys {
			return false
		}
		for _, k := range r.keys[first:] {
			if bytes.Equal(k, key) {
				return false
			}
		}
		r.keys = append(r.keys, key)
		if len(r.keys) > first+1 {
			r.json = append(r.json, ',')
		}
		r.string(key)
		r.json = append(r.json, ':')
		if !r.value(value, indent) {
			return false
		}
		if r.depth == 1 && scalar.Plain(value) {
			switch string(key) {
			case "apiVersion":
				r.apiVersion = string(value)
			case "kind":
				r.kind = string(value)
			}
		}
	}
	r.keys = r.keys[:first]
	r.json = append(r.json, '}')
	r.depth--
	return true
}

// value converts the value of a key and moves beyond it.
func (r *fastReader) value(text []byte, indent int) bool {
	if len(text) > 0 {
		return r.scalar(text, indent)
	}
	r.next()
	if r.indent > indent || r.indent == indent && isItem(r.line) {
		return r.block()
	}
	return false
}

func (r *fastReader) sequence(indent int) bool {
	if !r.enter() {
		return false
	}
	r.json = append(r.json, '[')
	for first := true; r.indent == indent && isItem(r.line); first = false {
		if !first {
			r.json = append(r.json, ',')
		}
		item := r.line[len("- "):]
		_, _, entry := cutKey(item)
		if entry || isItem(item) {
			// The mapping or list that begins here continues below in the same column.
			r.line, r.indent = item, indent+2
			if !r.block() {
				return false
			}
		} else if !r.scalar(item, indent) {
			return false
		}
	}
	r.json = append(r.json, ']')
	r.depth--
	return true
}

// cutKey cuts a line into a plain key, no longer than those we write, and what
// follows its colon.
func cutKey(line []byte) (key, value []byte, ok bool) {
	for i, c := range line {
		if c != ':' {
			continue
		}
		key = line[:i]
		switch {
		case i == len(line)-1:
			return key, nil, scalar.PlainKey(key)
		case line[i+1] == ' ':
			return key, line[i+2:], scalar.PlainKey(key)
		}
	}
	return nil, nil, false
}

// scalar converts a scalar, or an empty collection, and moves beyond it. The
// line it begins on is indented by indent.
func (r *fastReader) scalar(s []byte, indent int) bool {
	switch string(s) {
	case "":
		return false
	case "|", "|-":
		return r.literal(indent, len(s) == len("|"))
	case "{}", "[]", `""`, "true", "false", "null":
		r.json = append(r.json, s...)
	default:
		switch {
		case decimal(s):
			r.json = append(r.json, s...)
		case scalar.Plain(s):
			r.string(s)
		case quoted(s):
			r.string(s[1 : len(s)-1])
		default:
			return false
		}
	}
	r.next()
	return r.indent <= indent // else the scalar goes on
}

// decimal reports whether s is an integer in the form JSON has for it.
func decimal(s []byte) bool {
	digits := bytes.TrimPrefix(s, []byte("-"))
	return len(digits) > 0 && (digits[0] != '0' || len(s) == 1) && scalar.Integer(s)
}

// quoted reports whether s is in quotes that end where it does, and holds
// nothing that would need an escape.
func quoted(s []byte) bool {
	q := s[0]
	return (q == '"' || q == '\'') && len(s) > 1 && bytes.IndexByte(s[1:], q) == len(s)-2 &&
		(q == '\'' || bytes.IndexByte(s, '\\') < 0)
}

// literal converts a literal block, which ends in a newline or not.
func (r *fastReader) literal(indent int, newline bool) bool {
	inner := len(r.text) - len(bytes.TrimLeft(r.text, " "))
	if inner <= indent {
		return false
	}
	r.json = append(r.json, '"')
	breaks := 0 // not yet written: those at the end do not count
	for {
		line, rest, _ := bytes.Cut(r.text, []byte("\n"))
		trimmed := bytes.TrimLeft(line, " ")
		switch {
		case len(trimmed) == 0 && len(line) > 0:
			return false
		case len(trimmed) == 0 && len(r.text) > 0:
		case len(line)-len(trimmed) >= inner && len(r.text) > 0:
			for range breaks {
				r.json = append(r.json, `\n`...)
			}
			breaks = 0
			r.escape(line[inner:])
		default:
			if newline {
				r.json = append(r.json, `\n`...)
			}
			r.json = append(r.json, '"')
			r.next()
			return r.indent <= indent
		}
		breaks++
		r.text = rest
	}
}

// string appends printable text as a JSON string.
func (r *fastReader) string(s []byte) {
	r.json = append(r.json, '"')
	r.escape(s)
	r.json = append(r.json, '"')
}

func (r *fastReader) escape(s []byte) {
	for len(s) > 0 {
		i := bytes.IndexAny(s, `"\`)
		if i < 0 {
			break
		}
		r.json = append(r.json, s[:i]...)
		r.json = append(r.json, '\\', s[i])
		s = s[i+1:]
	}
	r.json = append(r.json, s...)
}
