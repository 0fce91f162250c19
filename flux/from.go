package flux

import (
	"reflect"
	"slices"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// FromSource is the option that [From] returns.
type FromSource struct {
	source sourcev1.Source
}

// From names the source that is applied. Its kind, name and namespace are taken
// from the object; the namespace is written only where it differs from that of
// the object that refers to it, and then Flux's --no-cross-namespace-refs
// refuses it.
//
// A Kustomization takes a GitRepository, OCIRepository, Bucket or
// ExternalArtifact.
func From(source sourcev1.Source) FromSource { return FromSource{source} }

// ApplyToKustomization sets spec.sourceRef.
func (f FromSource) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ref, err := f.reference(field.NewPath("spec", "sourceRef"), ks.Namespace, kustomizationSources)
	if err != nil {
		return err
	}
	ks.Spec.SourceRef = kustomizev1.CrossNamespaceSourceReference{Kind: ref.Kind, Name: ref.Name, Namespace: ref.Namespace}
	return nil
}

// reference is the source as an object in the namespace refers to it.
func (f FromSource) reference(path *field.Path, namespace string, allowed []string) (ref meta.NamespacedObjectKindReference, err error) {
	source, ok := f.source.(metav1.Object)
	if !ok || reflect.ValueOf(source).IsNil() {
		return ref, field.Required(path, "From was given no source")
	}
	ref.Kind = sourceKind(f.source)
	if !slices.Contains(allowed, ref.Kind) {
		return ref, field.NotSupported(path.Child("kind"), ref.Kind, allowed)
	}
	ref.Name = source.GetName()
	if source.GetNamespace() != namespace {
		ref.Namespace = source.GetNamespace()
	}
	return ref, nil
}

// sourceKind goes by the Go type: an object read with a typed client carries no
// TypeMeta.
func sourceKind(source sourcev1.Source) string {
	switch source.(type) {
	case *sourcev1.GitRepository:
		return sourcev1.GitRepositoryKind
	case *sourcev1.OCIRepository:
		return sourcev1.OCIRepositoryKind
	case *sourcev1.Bucket:
		return sourcev1.BucketKind
	case *sourcev1.ExternalArtifact:
		return sourcev1.ExternalArtifactKind
	case *sourcev1.HelmRepository:
		return sourcev1.HelmRepositoryKind
	case *sourcev1.HelmChart:
		return sourcev1.HelmChartKind
	}
	return ""
}
