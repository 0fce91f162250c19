package build

import (
	"errors"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Notes are the faults found while many objects are built from one input.
type Notes struct {
	Faults field.ErrorList
	other  []error
}

// Note takes down what the builder of an object found wrong. Its faults lie in
// the object; the moves, pairs of a prefix there and one in the input, say where
// they come from.
//
// Names and labels go into every object, and an object without moves is made of
// nothing else: where the input's own validation has found them wrong already,
// once is enough.
func (n *Notes) Note(err error, moves ...string) {
	known := n.Faults
	if derived := len(moves) == 0; derived && len(known) > 0 {
		return
	}
	faults, rest := Faults(err)
	if rest != nil {
		n.other = append(n.other, rest)
	}
	for _, fault := range faults {
		if strings.HasPrefix(fault.Field, "metadata.") && len(known) > 0 {
			continue
		}
		moved := *fault
		moved.Field = move(fault.Field, moves)
		if !slices.ContainsFunc(known, func(k *field.Error) bool { return within(moved.Field, k.Field) }) {
			n.Faults = append(n.Faults, &moved)
		}
	}
}

func move(path string, moves []string) string {
	for i := 0; i < len(moves); i += 2 {
		if tail, ok := strings.CutPrefix(path, moves[i]); ok {
			return strings.TrimPrefix(moves[i+1]+tail, ".")
		}
	}
	return path
}

// within tells whether one path is another or lies below it.
func within(path, other string) bool {
	tail, ok := strings.CutPrefix(path, other)
	return ok && (tail == "" || tail[0] == '.' || tail[0] == '[')
}

// Err is the error of all faults, in what is of this kind and name.
func (n *Notes) Err(kind schema.GroupKind, name string) error {
	return join(Invalid(kind, name, n.Faults), n.other...)
}

// join is errors.Join that leaves a single error as it is.
func join(err error, more ...error) error {
	if len(more) == 0 {
		return err
	}
	return errors.Join(append([]error{err}, more...)...)
}
