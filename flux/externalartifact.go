package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ExternalArtifact is an artifact that a controller other than Flux's own writes
// into its status. Kustomizations and HelmReleases may refer to it if their
// controllers run with --feature-gates=ExternalArtifact=true. [MadeFor] makes
// spec.sourceRef.
//
// See https://fluxcd.io/flux/components/source/externalartifacts/
func ExternalArtifact(metadata metav1.ObjectMeta, spec sourcev1.ExternalArtifactSpec, allow ...Allowance) (*sourcev1.ExternalArtifact, error) {
	return finish(&sourcev1.ExternalArtifact{TypeMeta: typeMeta(sourcev1.ExternalArtifactKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateExternalArtifact(path *field.Path, spec *sourcev1.ExternalArtifactSpec) field.ErrorList {
	var errs field.ErrorList
	if ref := spec.SourceRef; ref != nil {
		path := path.Child("sourceRef")
		errs = append(errs, validate.Required(path.Child("apiVersion"), ref.APIVersion)...)
		errs = append(errs, validate.Required(path.Child("kind"), ref.Kind)...)
		errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
		errs = append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
	}
	return errs
}
