package fleet_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

const fluxStandIn = `apiVersion: v1
kind: Namespace
metadata:
  name: flux-system
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: kustomizations.kustomize.toolkit.fluxcd.io
  annotations:
    controller-gen.kubebuilder.io/version: v0.19.0
`

// bootstrap writes the files of flux bootstrap git --path=clusters/production.
// gotk-sync.yaml is from github.com/fluxcd/flux2/v2/pkg/manifestgen/sync v2.9.5; the
// components are a stand-in.
func bootstrap(t *testing.T, dir string) map[string]string {
	t.Helper()
	sync, err := os.ReadFile("testdata/bootstrap/gotk-sync.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const root = "clusters/production/flux-system/"
	files := map[string]string{
		root + "gotk-sync.yaml":       string(sync),
		root + "gotk-components.yaml": fluxStandIn,
	}
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content)
	}
	list := filepath.Join(dir, root, "kustomization.yaml")
	if _, err := os.Stat(list); err != nil { // flux bootstrap keeps one that is there
		writeFile(t, list, "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- gotk-components.yaml\n- gotk-sync.yaml\n")
	}
	return files
}

// TestBootstrapped: the tree and flux bootstrap do not change each other's files, in
// any order and number of runs.
func TestBootstrapped(t *testing.T) {
	for name, treeFirst := range map[string]bool{"bootstrap first": false, "tree first": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f := fleet.Fleet{Platform: platform("production"), Tenants: teams(3, nil)}
			if treeFirst {
				writeTree(t, f, dir)
			}
			files := bootstrap(t, dir)
			writeTree(t, f, dir)
			bootstrap(t, dir) // an upgrade
			if again := writeTree(t, f, dir); again.Stale() {
				t.Errorf("after an upgrade of Flux: written %q, removed %q", again.Written, again.Removed)
			}
			after := contents(t, dir)
			for file, want := range files {
				content, err := os.ReadFile(filepath.Join(dir, file))
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, string(content)); diff != "" {
					t.Errorf("%s changed (-want +got):\n%s", file, diff)
				}
			}
			if list := after["clusters/production/flux-system/kustomization.yaml"]; !strings.Contains(list, "lockdown.yaml") {
				t.Errorf("Flux is not locked down:\n%s", list)
			}
			syncs(t, filepath.Join(dir, "clusters/production"))
		})
	}
}

// syncs checks that Flux's own Kustomization names the platform's account, and that
// neither it nor Flux is deleted by accident.
func syncs(t *testing.T, dir string) {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, obj := range built.Resources() {
		switch obj.GetKind() + "/" + obj.GetName() {
		case "Namespace/flux-system", "CustomResourceDefinition/kustomizations.kustomize.toolkit.fluxcd.io",
			"GitRepository/flux-system", "Kustomization/flux-system":
			if got := obj.GetAnnotations()["kustomize.toolkit.fluxcd.io/prune"]; got != "disabled" {
				t.Errorf("%s has prune %q, want disabled", obj.CurId(), got)
			}
		}
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	for id, obj := range byIdentity(t, text) {
		ks, ok := obj.(*kustomizev1.Kustomization)
		if ok && ks.Spec.DeletionPolicy != kustomizev1.DeletionPolicyOrphan {
			t.Errorf("%s has deletionPolicy %q", id, ks.Spec.DeletionPolicy)
		}
		if ok && ks.Spec.ServiceAccountName != "kustomize-controller" {
			t.Errorf("%s acts as %q", id, ks.Spec.ServiceAccountName)
		}
	}
}

// TestBootstrapIsNotOverwritten: a file that a person wrote beside Flux is an error.
func TestBootstrapIsNotOverwritten(t *testing.T) {
	const root = "clusters/production/flux-system/"
	tests := map[string]struct{ file, content, want string }{
		"a patch":          {"kustomization.yaml", "resources:\n- gotk-components.yaml\n- gotk-sync.yaml\npatches:\n- path: mine.yaml\n", "is not as flux bootstrap writes it"},
		"another sync":     {"gotk-sync.yaml", "kind: Kustomization\n", "does not begin with"},
		"no kustomization": {"kustomization.yaml", "nothing: of the kind\n", "unknown field"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			bootstrap(t, dir)
			writeFile(t, filepath.Join(dir, root, test.file), test.content)
			before := snapshot(t, dir)
			_, err := fleet.Fleet{Platform: platform("production"), Tenants: teams(3, nil)}.WriteTree(t.Context(), dir)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), root+test.file) {
				t.Errorf("error %v, want %q", err, test.want)
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("files changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestFluxInstance: with the Flux Operator the cluster's folder builds without flux
// bootstrap, and does not contain the operator's objects.
func TestFluxInstance(t *testing.T) {
	dir := t.TempDir()
	p := platform("production")
	p.Clusters[0].FluxInstance = true
	writeTree(t, fleet.Fleet{Platform: p, Tenants: teams(3, nil)}, dir)
	syncs(t, filepath.Join(dir, "clusters/production"))
	files := contents(t, dir)
	if files["clusters/production/flux-system/gotk-sync.yaml"] != "" {
		t.Error("there is a gotk-sync.yaml")
	}
	if patch := files["clusters/production/flux-instance.yaml"]; !strings.Contains(patch, "--no-cross-namespace-refs=true") {
		t.Errorf("the patch of the FluxInstance lacks the lockdown:\n%s", patch)
	}
}
