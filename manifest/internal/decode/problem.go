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
	first, more := flatten(errs)
	var found []Problem
	for _, err := range first {
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

// flatten takes apart errors that stand for several. It returns the first few,
// and the number of the others.
func flatten(errs []error) (first []error, more int) {
	for _, err := range errs {
		var types *yaml.TypeError
		switch joined, ok := err.(interface{ Unwrap() []error }); {
		case ok:
			some, others := flatten(joined.Unwrap())
			first, more = append(first, some...), more+others
		case errors.As(err, &types):
			some := types.Errors[:min(len(types.Errors), maxProblems)]
			for _, msg := range some {
				first = append(first, errors.New("yaml: "+msg))
			}
			more += len(types.Errors) - len(some)
		default:
			first = append(first, err)
		}
	}
	if len(first) > maxProblems {
		first, more = first[:maxProblems], more+len(first)-maxProblems
	}
	return first, more
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
