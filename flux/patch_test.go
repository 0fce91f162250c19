package flux_test

import (
	"testing"

	"github.com/fluxcd/pkg/apis/kustomize"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// kustomize and the library reject the same patches, with a target and without one.
func TestPatchesAsKustomizeSeesThem(t *testing.T) {
	for _, patch := range []string{
		"{}", "[]", "null", "# nothing", "text", "1", "- 1", "- text", "{{x", "a: b", "data: {z: z}", "a: 1\na: 2", "-op: add",
		"- op: remove\n  path: /data/x\n", `[{"op":"remove","path":"/data/x"}]`, "- {}", "- op: delete\n  path: /a",
		"- op: add\n  path: /data/z\n  value: a", "- op: add\n  path: /data/z\n  value: a\n  more: b", "- path: /data/z",
		"- op: add\n  path: data/z\n  value: a", "- op: remove\n  path: data", "- op: test\n  path: x\n  value: a", "- op: add\n  path: /data/z",
		"- op: copy\n  path: /data/z\n  from: /data/x", "- op: copy\n  path: /data/z", "- op: move\n  path: /data/z",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {z: z}", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n$patch: delete", "apiVersion: v1\nkind: ConfigMapList\nitems: []",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {y: y}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {z: z}",
		"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
	} {
		for _, target := range []*kustomize.Selector{nil, {}, {Kind: "ConfigMap"}} {
			compareWithKustomize(t, patch, target)
		}
	}
	// kustomize does not check the target of a patch that changes nothing.
	for _, target := range []*kustomize.Selector{{Name: "("}, {Name: "a|b"}, {LabelSelector: "a in"}, {LabelSelector: "a in (b)"}, {AnnotationSelector: "="}} {
		compareWithKustomize(t, "- op: remove\n  path: /data/x\n", target)
	}
}

func compareWithKustomize(t *testing.T, patch string, target *kustomize.Selector) {
	t.Helper()
	ks := kustomization.Changed(t, "")
	ks.Spec.Patches = []kustomize.Patch{{Patch: patch, Target: target}}
	_, ours := kustomization.Build(ks)
	theirs := kustomizeBuild(t, patch, target)
	if (ours == nil) != (theirs == nil) {
		t.Errorf("%q with target %v\nours:      %v\nkustomize: %v", patch, target, ours, theirs)
	}
}

// kustomizeBuild applies a patch to a ConfigMap.
func kustomizeBuild(t *testing.T, patch string, target *kustomize.Selector) error {
	t.Helper()
	entry := types.Patch{Patch: patch}
	if target != nil {
		entry.Target = &types.Selector{LabelSelector: target.LabelSelector, AnnotationSelector: target.AnnotationSelector}
		entry.Target.Kind, entry.Target.Name = target.Kind, target.Name
	}
	config, err := yaml.Marshal(types.Kustomization{
		TypeMeta:  types.TypeMeta{APIVersion: types.KustomizationVersion, Kind: types.KustomizationKind},
		Resources: []string{"configmap.yaml"},
		Patches:   []types.Patch{entry},
	})
	if err != nil {
		t.Fatal(err)
	}
	files := filesys.MakeFsInMemory()
	for name, content := range map[string]string{
		"kustomization.yaml": string(config),
		"configmap.yaml":     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n",
	} {
		if err := files.WriteFile(name, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	_, err = krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, ".")
	return err
}
