package fleet

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/resid"
	"sigs.k8s.io/yaml"
)

// keepFlux adds patches that keep Flux and its sync when they are lost in git, or
// when somebody deletes the Kustomization that applies them. Deleting Flux's custom
// resource definitions would delete all of its objects, and everything that a
// HelmRelease installed.
func (f *treeFiles) keepFlux(k *kustomizetypes.Kustomization) {
	for _, kept := range []struct{ apiVersion, kind, name string }{
		{"v1", "Namespace", FluxNamespace},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition", ""},
		{sourcev1.GroupVersion.String(), sourcev1.GitRepositoryKind, FluxNamespace},
		{sourcev1.GroupVersion.String(), sourcev1.OCIRepositoryKind, FluxNamespace},
		{kustomizev1.GroupVersion.String(), kustomizev1.KustomizationKind, FluxNamespace},
	} {
		patch := map[string]any{
			"apiVersion": kept.apiVersion, "kind": kept.kind,
			"metadata": map[string]any{"name": "any", "annotations": map[string]any{pruneAnnotation: kustomizev1.DisabledValue}},
		}
		if kept.kind == kustomizev1.KustomizationKind {
			patch["spec"] = map[string]any{"deletionPolicy": kustomizev1.DeletionPolicyOrphan}
		}
		text, err := yaml.Marshal(patch)
		if err != nil {
			f.fail(err)
		}
		target := kustomizetypes.Selector{ResId: resid.ResId{Gvk: resid.Gvk{Kind: kept.kind}, Name: kept.name}}
		k.Patches = append(k.Patches, kustomizetypes.Patch{Patch: string(text), Target: &target})
	}
}
