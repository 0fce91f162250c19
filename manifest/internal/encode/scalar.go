package encode

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

const lineWidth = 80 // beyond it the library breaks lines at spaces

// short appends v, a scalar or an empty collection, when it needs no thought,
// and reports whether it did. The cursor stands at a column on a line that is
// indented by indent.
func (e *emitter) short(v *node, indent, column int) bool {
	switch v.kind {
	case mapping, structure:
		e.out = append(e.out, "{}"...)
	case sequence:
		e.out = append(e.out, "[]"...)
	case literal:
		e.out = append(e.out, v.text...)
	case number:
		if !scalar.Integer(v.text) {
			return false
		}
		e.out = append(e.out, v.text...)
	case text:
		switch {
		case len(v.text) == 0:
			e.out = append(e.out, `""`...)
		case scalar.Plain(v.text) && (column+len(v.text) <= lineWidth || strings.IndexByte(v.text, ' ') < 0):
			e.out = append(e.out, v.text...)
		case lines(v.text):
			e.lines(v.text, indent+2)
			return true
		default:
			written := e.lib.string(v.text)
			if written == "" || column+len(written) > lineWidth {
				return false
			}
			e.out = append(e.out, written...)
		}
	}
	e.out = append(e.out, '\n')
	return true
}

// lines appends text as a literal block.
func (e *emitter) lines(text string, indent int) {
	if text[len(text)-1] == '\n' {
		e.out = append(e.out, "|\n"...)
		text = text[:len(text)-1]
	} else {
		e.out = append(e.out, "|-\n"...)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if len(line) > 0 {
			e.indent(indent)
			e.out = append(e.out, line...)
		}
		e.out = append(e.out, '\n')
	}
}

// lines reports whether a string is certainly written as a literal block, line
// by line: there are several, none begins the text with a blank, ends in one,
// or holds more than printable ASCII.
func lines(s string) bool {
	if len(s) == 0 || s[0] == ' ' || s[0] == '\n' || s[len(s)-1] == ' ' || strings.HasSuffix(s, "\n\n") {
		return false
	}
	several := false
	for i, c := range s {
		if c == '\n' {
			if s[i-1] == ' ' {
				return false
			}
			several = true
		} else if c < ' ' || c > '~' {
			return false
		}
	}
	return several
}
