package flux

import (
	"maps"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Labels adds labels to the object; a later value of a key replaces an earlier one.
type Labels map[string]string

// ApplyToGitRepository adds to metadata.labels.
func (l Labels) ApplyToGitRepository(repo *sourcev1.GitRepository) error { return l.addTo(repo) }

// ApplyToOCIRepository adds to metadata.labels.
func (l Labels) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error { return l.addTo(repo) }

// ApplyToKustomization adds to metadata.labels.
func (l Labels) ApplyToKustomization(ks *kustomizev1.Kustomization) error { return l.addTo(ks) }

func (l Labels) addTo(obj metav1.Object) error {
	obj.SetLabels(merged(obj.GetLabels(), l))
	return nil
}

// Annotations adds annotations to the object; a later value of a key replaces
// an earlier one.
type Annotations map[string]string

// ApplyToGitRepository adds to metadata.annotations.
func (a Annotations) ApplyToGitRepository(repo *sourcev1.GitRepository) error { return a.addTo(repo) }

// ApplyToOCIRepository adds to metadata.annotations.
func (a Annotations) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error { return a.addTo(repo) }

// ApplyToKustomization adds to metadata.annotations.
func (a Annotations) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	return a.addTo(ks)
}

func (a Annotations) addTo(obj metav1.Object) error {
	obj.SetAnnotations(merged(obj.GetAnnotations(), a))
	return nil
}

// ShardKey is the label that Flux's sharding selects objects by.
// See https://fluxcd.io/flux/installation/configuration/sharding/
const ShardKey = "sharding.fluxcd.io/key"

// Shard leaves the object to the controllers that run with
// --watch-label-selector=sharding.fluxcd.io/key=<shard>. Everything that refers
// to the object should carry the same shard.
func Shard(shard string) Labels { return Labels{ShardKey: shard} }

// merged returns a new map: the one an option holds stays the caller's.
func merged(into, from map[string]string) map[string]string {
	if len(into)+len(from) == 0 {
		return nil
	}
	out := make(map[string]string, len(into)+len(from))
	maps.Copy(out, into)
	maps.Copy(out, from)
	return out
}

func typeMeta(gv schema.GroupVersion, kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: gv.String(), Kind: kind}
}
