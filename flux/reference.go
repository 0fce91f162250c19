package flux

import (
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// local is a reference to an object of the same namespace.
func local[N ~string](name N) *meta.LocalObjectReference {
	return &meta.LocalObjectReference{Name: string(name)}
}

// optionalRef checks a reference that may be left out, but not be empty: the
// CRDs accept an empty name, and the controller then looks for it forever.
func optionalRef(path *field.Path, ref *meta.LocalObjectReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	return validate.Subdomain(path.Child("name"), ref.Name)
}
