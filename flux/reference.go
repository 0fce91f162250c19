package flux

import (
	"reflect"

	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// local is a reference to an object of the same namespace.
func local[N ~string](name N) *meta.LocalObjectReference {
	return &meta.LocalObjectReference{Name: string(name)}
}

func typeMeta(gv schema.GroupVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: gv.String(), Kind: kind}
}

// foreign is the namespace if it is not the one of the object that refers to
// it: a reference that stays at home names none.
func foreign(namespace string, from metav1.Object) string {
	if namespace == from.GetNamespace() {
		return ""
	}
	return namespace
}

// kindOf is the object's kind: an object that was read with a typed client
// carries no TypeMeta, but its Go type has the kind's name.
func kindOf(obj metav1.Object) string {
	if obj, ok := obj.(runtime.Object); ok {
		if kind := obj.GetObjectKind().GroupVersionKind().Kind; kind != "" {
			return kind
		}
	}
	return reflect.TypeOf(obj).Elem().Name()
}

// isNil tells whether there is an object, in an interface that may hold a nil
// pointer.
func isNil(obj any) bool {
	return obj == nil || reflect.ValueOf(obj).IsNil()
}

// optionalRef checks a reference that may be left out, but not be empty: the
// CRDs accept an empty name, and the controller then looks for it forever.
func optionalRef(path *field.Path, ref *meta.LocalObjectReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	return validate.Subdomain(path.Child("name"), ref.Name)
}
