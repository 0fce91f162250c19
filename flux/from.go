package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FromSource is the option that [From] returns.
type FromSource struct {
	kind, namespace, name string
}

// From names the source that is applied. Its kind, name and namespace are taken
// from the object; the namespace is written only where it differs from that of
// the object that refers to it, and then Flux's --no-cross-namespace-refs
// refuses it.
//
// A Kustomization takes a GitRepository, OCIRepository, Bucket or
// ExternalArtifact.
func From(source sourcev1.Source) FromSource {
	obj, ok := source.(metav1.Object)
	if !ok || isNil(source) {
		return FromSource{}
	}
	return FromSource{kind: sourceKind(source), namespace: obj.GetNamespace(), name: obj.GetName()}
}

// ApplyToKustomization sets spec.sourceRef.
func (f FromSource) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.SourceRef = kustomizev1.CrossNamespaceSourceReference{
		Kind: f.kind, Name: f.name, Namespace: foreign(f.namespace, ks),
	}
	return nil
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
