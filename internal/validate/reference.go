package validate

import (
	fluxmeta "github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// OptionalRef checks a reference that may be absent, but not empty: the CRDs
// accept an empty name, and the controller then looks for it forever.
func OptionalRef(path *field.Path, ref *fluxmeta.LocalObjectReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	return Subdomain(path.Child("name"), ref.Name)
}
