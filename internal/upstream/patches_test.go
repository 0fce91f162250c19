package upstream

import (
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/ssa/jsondiff"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	//nolint:staticcheck // kustomize offers its transformers by no other package
	"sigs.k8s.io/kustomize/api/builtins"
	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

var resources = resmap.NewFactory(provider.NewDefaultDepProvider().GetResourceFactory())

// transform applies a patch to objects, as kustomize does.
func transform(patch kustomize.Patch, objects string) (err error) {
	config, err := yaml.Marshal(patch)
	if err != nil {
		return err
	}
	plugin := builtins.NewPatchTransformerPlugin()
	if err := plugin.Config(resmap.NewPluginHelpers(nil, nil, resources, nil), config); err != nil {
		return err
	}
	all, err := resources.NewResMapFromBytes([]byte(objects))
	if err != nil {
		return err
	}
	return plugin.Transform(all)
}

// FuzzPatches: a patch that kustomize rejects for any object is rejected.
func FuzzPatches(f *testing.F) {
	const merge = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b}\n"
	for _, seed := range [][2]string{
		{merge, ""}, {merge, "ConfigMap"}, {merge + "---\n" + merge, "ConfigMap"}, {"kind: ConfigMap\n", ""}, {"apiVersion: v1\nmetadata: {name: x}\n", "Secret"},
		{"- {op: add, path: /a, value: 1}\n", ""}, {"- {op: add, path: /a, value: 1}\n", "ConfigMap"}, {`[{"op":"add","path":"/a","value":1}]`, "("}, {"[]", "ConfigMap"}, {"[]", ""},
		{"[{op: add, path: /a, value: b}]", "ConfigMap"}, {" [{op: add, path: /a, value: b}]", "ConfigMap"},
		{"a: b: c", "ConfigMap"}, {"text", "ConfigMap"}, {"", "ConfigMap"}, {"---\n", "ConfigMap"}, {"# c\n", "ConfigMap"}, {"1", "ConfigMap"}, {"$patch: delete\n" + merge, "ConfigMap"},
		{"- op: add\n  path: a\n", "ConfigMap"}, {"kind: List\napiVersion: v1\nitems: []\n", ""}, {merge, "*"}, {merge, "a)|(b"},
	} {
		f.Add(seed[0], seed[1], "")
	}
	f.Add(merge, "ConfigMap", "a in (b, c)")
	f.Add(merge, "ConfigMap", "a in")
	f.Fuzz(func(t *testing.T, text, kind, labels string) {
		patch := kustomize.Patch{Patch: text}
		if kind != "" || labels != "" {
			patch.Target = &kustomize.Selector{Kind: kind, LabelSelector: labels}
		}
		_, ours := flux.Kustomization(at, kustomizev1.KustomizationSpec{
			SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: sourcev1.GitRepositoryKind, Name: "apps"}, Patches: []kustomize.Patch{patch},
		})
		if ours != nil {
			return
		}
		objects := ""
		if patch.Target == nil {
			objects = text // which a merge patch without a target finds
		}
		if theirs := transform(patch, objects); theirs != nil {
			t.Errorf("accepted: %q for %v\nupstream: %v", text, patch.Target, theirs)
		}
	})
}

// FuzzSelectors: a target of drift detection is accepted if helm-controller accepts
// it, and only then.
func FuzzSelectors(f *testing.F) {
	for _, seed := range []string{"", "a", "(", "a|b", "^a$", "*", "a)|(b", "a=b", "a in (b)", "a in", "!a", "=", "a==b,c!=d", "[", "\\"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, expression, labels string) {
		_, theirs := jsondiff.NewSelectorRegex(&jsondiff.Selector{Name: expression, LabelSelector: labels})
		_, ours := flux.HelmRelease(at, driftIgnored(expression, labels))
		if (theirs == nil) != (ours == nil) {
			t.Errorf("%q, %q\nours:     %v\nupstream: %v", expression, labels, ours, theirs)
		}
	})
}
