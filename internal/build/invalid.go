package build

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// invalidError is the error the API server itself would return, together with the
// faults it was made of, so that a builder that calls others can report their paths
// in its own input.
type invalidError struct {
	*apierrors.StatusError
	faults field.ErrorList
}

// Unwrap makes errors.As find the StatusError.
func (e *invalidError) Unwrap() error { return e.StatusError }

// Invalid returns the error the API server itself would return for something of
// this kind and name with these faults, or nil if there are none.
func Invalid(kind schema.GroupKind, name string, faults field.ErrorList) error {
	if len(faults) == 0 {
		return nil
	}
	return &invalidError{apierrors.NewInvalid(kind, name, faults), faults}
}

// Faults returns the faults of an error that [Invalid] made, and the rest of
// the error, if there is more to it.
func Faults(err error) (field.ErrorList, error) {
	if invalid, ok := err.(*invalidError); ok { //nolint:errorlint // of a wrapped error there is more than its faults
		return invalid.faults, nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil, err
	}
	var faults field.ErrorList
	var rest []error
	for _, err := range joined.Unwrap() {
		more, other := Faults(err)
		faults = append(faults, more...)
		rest = append(rest, other)
	}
	return faults, errors.Join(rest...)
}
