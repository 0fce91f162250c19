package build

import (
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// An Instance is an object with metadata: what every builder returns.
type Instance interface {
	metav1.Object
	runtime.Object
}

// WithOptions applies the options to obj, validates the outcome and returns it, or
// an error that names obj and lists everything that is wrong with it. Errors
// that are not about a field, from an option somebody else wrote, are joined to
// it as they are.
//
// What it returns is a deep copy: it shares no map, slice or pointer with an
// option's value, whoever wrote the option. Nil options are skipped.
func WithOptions[T Instance, O any](obj T, opts []O, apply func(O, T) error, validate func(T) field.ErrorList) (T, error) {
	var faults field.ErrorList
	var other []error
	for _, opt := range opts {
		if any(opt) == nil {
			continue
		}
		for _, err := range each(apply(opt, obj)) {
			if fault := (*field.Error)(nil); errors.As(err, &fault) {
				faults = append(faults, fault)
			} else {
				other = append(other, err)
			}
		}
	}
	obj = obj.DeepCopyObject().(T)
	faults = append(faults, validate(obj)...)
	if len(faults)+len(other) == 0 {
		return obj, nil
	}

	var none T
	kind := obj.GetObjectKind().GroupVersionKind().GroupKind()
	err := Invalid(kind, qualifiedName(obj), faults)
	if len(other) > 0 {
		err = errors.Join(append([]error{err}, other...)...)
	}
	return none, err
}

// each takes apart what errors.Join or field.ErrorList.ToAggregate has joined.
func each(err error) []error {
	var joined []error
	switch err := err.(type) {
	case nil:
		return nil
	case interface{ Unwrap() []error }:
		joined = err.Unwrap()
	case interface{ Errors() []error }:
		joined = err.Errors()
	default:
		return []error{err}
	}
	var all []error
	for _, err := range joined {
		all = append(all, each(err)...)
	}
	return all
}

// qualifiedName is namespace/name, or the name alone of a cluster-scoped object.
func qualifiedName(obj Instance) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}
