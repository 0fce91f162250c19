// Package build holds the one way in which every builder of this module ends:
// options applied, nothing shared, everything validated, all problems in one
// error.
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

// Object applies the options to obj, validates the outcome and returns it, or
// an error that names obj and lists everything that is wrong with it.
//
// What it returns is a deep copy: it shares no map, slice or pointer with an
// option's value, whoever wrote the option. Nil options are skipped.
func Object[T Instance, O any](obj T, opts []O, apply func(O, T) error, validate func(T) field.ErrorList) (T, error) {
	var invalid field.ErrorList
	var other []error
	for _, opt := range opts {
		if any(opt) == nil {
			continue
		}
		err := apply(opt, obj)
		if fieldErr := (*field.Error)(nil); errors.As(err, &fieldErr) {
			invalid = append(invalid, fieldErr)
		} else if err != nil {
			other = append(other, err)
		}
	}
	obj = obj.DeepCopyObject().(T)
	invalid = append(invalid, validate(obj)...)

	if err := Invalid(obj, invalid, other...); err != nil {
		var none T
		return none, err
	}
	return obj, nil
}
