package build

import (
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Invalid returns the error the API server itself would return for obj with
// these faults, or nil if there are none. Errors that are not about a field,
// from an option somebody else wrote, are joined to it as they are.
func Invalid(obj Instance, faults field.ErrorList, other ...error) error {
	var errs []error
	if len(faults) > 0 {
		kind := obj.GetObjectKind().GroupVersionKind().GroupKind()
		errs = append(errs, apierrors.NewInvalid(kind, qualifiedName(obj), faults))
	}
	errs = append(errs, other...)
	if len(errs) == 1 {
		return errs[0]
	}
	return errors.Join(errs...)
}

// qualifiedName is namespace/name, or the name alone of a cluster-scoped object.
func qualifiedName(obj Instance) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}
