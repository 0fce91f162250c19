package build

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// An Instance is an object with metadata: what every builder returns.
type Instance interface {
	metav1.Object
	runtime.Object
}

// Object returns a deep copy of obj, which shares no map, slice or pointer with
// what its caller passed in. If errs is not empty it returns nil and one error
// that names obj and lists every invalid field.
func Object[T Instance](obj T, errs field.ErrorList) (T, error) {
	if err := Check(obj, errs); err != nil {
		var none T
		return none, err
	}
	return obj.DeepCopyObject().(T), nil
}

// Check returns errs as the error the API server would return for obj, or nil
// if there are none.
func Check(obj Instance, errs field.ErrorList) error {
	return Invalid(obj.GetObjectKind().GroupVersionKind().GroupKind(), qualifiedName(obj), errs)
}

// qualifiedName is namespace/name, or the name alone of a cluster-scoped object.
func qualifiedName(obj Instance) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}
