package decode

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v2"
	kjson "sigs.k8s.io/json"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// A Problem is one thing that is wrong with a document.
type Problem struct {
	Line int // of the stream, or zero where it is not known
	Err  error
}

// maxProblems is the number of problems of a document that are listed. A
// document made to that end has a problem in every byte.
const maxProblems = 20

// Problems returns the errors given, and the duplicate keys that it has not
// returned before, in the order of their lines. Beyond the first few it only
// says how many more there are.
func (d *Document) Problems(errs ...error) []Problem {
	if d.duplicates != nil {
		errs = append([]error{d.duplicates}, errs...)
		d.duplicates = nil
	}
	var found []Problem
	more := 0
	for _, err := range flatten(errs) {
		if len(found) == maxProblems {
			more++
			continue
		}
		found = append(found, d.problem(err))
	}
	slices.SortStableFunc(found, func(a, b Problem) int {
		return cmp.Compare(cmp.Or(a.Line, d.Line), cmp.Or(b.Line, d.Line))
	})
	if more > 0 {
		found = append(found, Problem{0, fmt.Errorf("and %d more", more)})
	}
	return found
}

// flatten takes apart errors that stand for several.
func flatten(errs []error) []error {
	var all []error
	for _, err := range errs {
		var types *yaml.TypeError
		switch joined, ok := err.(interface{ Unwrap() []error }); {
		case ok:
			all = append(all, flatten(joined.Unwrap())...)
		case errors.As(err, &types):
			for _, msg := range types.Errors {
				all = append(all, errors.New("yaml: "+msg))
			}
		default:
			all = append(all, err)
		}
	}
	return all
}

// problem finds the line of an error.
func (d *Document) problem(err error) Problem {
	var field kjson.FieldError
	var located *fieldpath.Error
	switch {
	case err == fieldpath.ErrTooDeep:
		return Problem{d.lineOfDepth(), err}
	case errors.As(err, &field):
		return Problem{d.LineOf(field.FieldPath()), err}
	case errors.As(err, &located):
		return Problem{d.LineOf(located.Path), err}
	}
	if msg, ok := strings.CutPrefix(err.Error(), "yaml: "); ok {
		return d.syntax(msg)
	}
	return Problem{0, err}
}
