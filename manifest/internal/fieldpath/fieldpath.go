// Package fieldpath says at which field of an object an error is. A path has
// the form "spec.dependsOn[1].name".
package fieldpath

import (
	"errors"

	kjson "sigs.k8s.io/json"
)

// MaxDepth is the number of mappings and lists that may lie within each other.
// It is the same for writing and for reading, so that what is written can be
// read.
const MaxDepth = 500

// ErrTooDeep is the error of what exceeds MaxDepth.
var ErrTooDeep = errors.New("mappings and lists are nested more than 500 deep")

// An Error is the error of the field at a path.
type Error struct {
	Path string
	Err  error
}

// Error returns path and error.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	return e.Path + ": " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// At returns err as the error of the field at a path. If err knows a field
// already, it lies below that path. ErrTooDeep, whose path would fill pages,
// stays as it is.
func At(path string, err error) error {
	if path == "" || err == ErrTooDeep {
		return err
	}
	switch err := err.(type) { //nolint:errorlint // a wrapped error keeps its text
	case kjson.FieldError:
		err.SetFieldPath(Join(path, err.FieldPath()))
		return err
	case *Error:
		return &Error{Join(path, err.Path), err.Err}
	}
	return &Error{path, err}
}

// Join appends a path in the form "a.b" or "[1].b" to another one.
func Join(path, more string) string {
	if path == "" || more == "" || more[0] == '[' {
		return path + more
	}
	return path + "." + more
}
