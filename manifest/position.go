package manifest

import (
	"errors"
	"fmt"
	"strings"
)

// A Position is a place in a YAML stream.
type Position struct {
	File     string // as given by [File] or [ReadFile], or empty
	Document int    // counted from 1; documents without content do not count
	Line     int    // counted from 1
}

// String returns the position in the form "teams.yaml:14 (document 2)", or "line 14
// (document 2)" without a file. Zero fields are left out.
func (p Position) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		if p.File != "" {
			b.WriteByte(':')
		} else {
			b.WriteString("line ")
		}
		fmt.Fprint(&b, p.Line)
	}
	if p.Document > 0 {
		fmt.Fprintf(&b, " (document %d)", p.Document)
	}
	return b.String()
}

// An Error is one thing that is wrong with a document. It does not quote text
// of the document that may be a secret.
type Error struct {
	Position        // of the field at fault where it is known, else of the object
	Object   string // kind and name, as far as they are known
	Err      error  // names the field
}

// Error returns position, object and error in one line.
func (e *Error) Error() string {
	var parts []string
	for _, s := range []string{e.Position.String(), e.Object, e.Err.Error()} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// fail returns the errors given as positioned ones, after those of the document
// that have not been reported yet, or nil when there are none.
func (d *Decoder) fail(object string, errs ...error) error {
	var found []error
	for _, p := range d.doc.Problems(errs...) {
		pos := d.pos
		if p.Line > 0 {
			pos.Line = p.Line
		}
		found = append(found, &Error{Position: pos, Object: object, Err: p.Err})
	}
	if len(found) == 1 {
		return found[0]
	}
	return errors.Join(found...)
}
