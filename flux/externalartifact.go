package flux

import (
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An ExternalArtifactOption sets something on an [ExternalArtifact].
type ExternalArtifactOption interface {
	ApplyToExternalArtifact(*sourcev1.ExternalArtifact) error
}

// ExternalArtifactFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type ExternalArtifactFunc func(*sourcev1.ExternalArtifact) error

// ApplyToExternalArtifact calls f.
func (f ExternalArtifactFunc) ApplyToExternalArtifact(artifact *sourcev1.ExternalArtifact) error {
	if f == nil {
		return nil
	}
	return f(artifact)
}

// ExternalArtifact is an artifact that a controller other than Flux's own
// writes into its status. Kustomizations and HelmReleases may refer to it when
// their controllers run with --feature-gates=ExternalArtifact=true.
//
// See https://fluxcd.io/flux/components/source/externalartifacts/
func ExternalArtifact(namespace, name string, opts ...ExternalArtifactOption) (*sourcev1.ExternalArtifact, error) {
	artifact := &sourcev1.ExternalArtifact{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.ExternalArtifactKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
	return build.WithOptions(artifact, opts, ExternalArtifactOption.ApplyToExternalArtifact, validateExternalArtifact)
}

// MadeForObject is the object for which an ExternalArtifact is made.
type MadeForObject meta.NamespacedObjectKindReference

// MadeFor names the object for which the artifact is made. The object's
// apiVersion and kind must be set. The namespace is written only where it
// differs from that of the artifact.
func MadeFor(obj interface {
	metav1.Object
	runtime.Object
}) MadeForObject {
	if isNil(obj) {
		return MadeForObject{}
	}
	apiVersion, kind := obj.GetObjectKind().GroupVersionKind().ToAPIVersionAndKind()
	return MadeForObject{APIVersion: apiVersion, Kind: kind, Name: obj.GetName(), Namespace: obj.GetNamespace()}
}

// ApplyToExternalArtifact sets spec.sourceRef.
func (m MadeForObject) ApplyToExternalArtifact(artifact *sourcev1.ExternalArtifact) error {
	m.Namespace = foreign(m.Namespace, artifact)
	artifact.Spec.SourceRef = new(meta.NamespacedObjectKindReference(m))
	return nil
}

func validateExternalArtifact(artifact *sourcev1.ExternalArtifact) field.ErrorList {
	errs := validate.NamespacedMeta(artifact)
	if ref := artifact.Spec.SourceRef; ref != nil {
		path := field.NewPath("spec", "sourceRef")
		errs = append(errs, validate.Required(path.Child("apiVersion"), ref.APIVersion)...)
		errs = append(errs, validate.Required(path.Child("kind"), ref.Kind)...)
		errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
		errs = append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
	}
	return errs
}
