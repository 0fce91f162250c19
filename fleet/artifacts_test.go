package fleet_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

// TestSourceWatcher: an ArtifactGenerator takes the place of the sources of all groups,
// and no Kustomization comes, goes or changes its path with it.
func TestSourceWatcher(t *testing.T) {
	dir := t.TempDir()
	f := fleet.Fleet{Platform: platform("staging", "production"), Tenants: teams(3, nil)}
	f.Platform.Folder = "gitops"
	f.Platform.Clusters[1].Tenants = []string{"team-1"}
	writeTree(t, f, dir)
	before := contents(t, dir)
	for i := range f.Platform.Clusters {
		f.Platform.Clusters[i].SourceWatcher = true
	}
	writeTree(t, f, dir)
	after := contents(t, dir)
	want := map[string]string{
		"clusters/staging/tenants/artifacts.yaml":    generatorOf(`@tree/gitops/tenants/{group}`, "tenants"),
		"clusters/production/tenants/artifacts.yaml": generatorOf(`@tree/gitops/clusters/production/tenants/{group}`, "tenants", "clusters/production/tenants"),
	}
	for file, generator := range want {
		if diff := cmp.Diff(generator, lastDocument(after[file])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
		list := filepath.Join(filepath.Dir(file), "kustomization.yaml")
		if !strings.Contains(after[list], "- artifacts.yaml\n") {
			t.Errorf("%s does not list the artifacts:\n%s", list, after[list])
		}
	}
	for file, old := range before {
		group := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if ok, _ := filepath.Match("clusters/*/tenants/*.yaml", file); !ok || group == "kustomization" {
			continue
		}
		kustomization := strings.Replace(lastDocument(old), "kind: GitRepository", "kind: ExternalArtifact", 1)
		if diff := cmp.Diff(kustomization, lastDocument(after[file])); diff != "" {
			t.Errorf("%s is more than the Kustomization with another source (-want +got):\n%s", file, diff)
		}
	}
}

// lastDocument is the last document of a file.
func lastDocument(text string) string { return text[strings.LastIndex(text, "---\n")+len("---\n"):] }

// generatorOf is the ArtifactGenerator of a cluster of a tree in the folder gitops.
func generatorOf(pattern string, folders ...string) string {
	text := `apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata:
  name: tenants
  namespace: flux-system
spec:
  artifacts:
  - copy:
`
	for _, folder := range folders {
		text += "    - from: '@tree/gitops/" + folder + "/{group}'\n      to: '@artifact/gitops/" + folder + "/'\n"
	}
	return text + `    name: tenants-{group}
    originRevision: '@tree'
  pathPattern: '` + pattern + `'
  sources:
  - alias: tree
    kind: GitRepository
    name: flux-system
`
}

// TestSourceWatcherErrors covers clusters that cannot have one.
func TestSourceWatcherErrors(t *testing.T) {
	t.Run("an old Flux", func(t *testing.T) {
		p := platform("staging", "production")
		p.FluxVersion = "2.8"
		p.Clusters[0].FluxVersion = "2.9.5"
		p.Clusters[0].SourceWatcher, p.Clusters[1].SourceWatcher = true, true
		_, err := fleet.BuildPlatform(*p)
		const want = "clusters[1].sourceWatcher: Invalid value: true: needs Flux 2.9, and the cluster has 2.8: upgrade it, or leave sourceWatcher out"
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "clusters[0]") {
			t.Errorf("error %v, want %q only", err, want)
		}
	})
	t.Run("not bootstrapped with it", func(t *testing.T) {
		dir := t.TempDir()
		f := fleet.Fleet{Platform: platform("production"), Tenants: teams(1, nil)}
		f.Platform.Clusters[0].SourceWatcher = true
		writeTree(t, f, dir) // before flux bootstrap
		bootstrap(t, dir)
		components := filepath.Join(dir, "clusters/production/flux-system/gotk-components.yaml")
		binding := "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: crd-controller\nsubjects:\n- kind: ServiceAccount\n  name: source-watcher\n  namespace: flux-system\n"
		writeFile(t, components, fluxStandIn+binding) // Flux binds the account in any case
		_, err := f.WriteTree(t.Context(), dir)
		const want = "gotk-components.yaml has no source-watcher, which sourceWatcher of cluster production needs: run flux bootstrap with --components-extra=source-watcher"
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Fatalf("error %v, want %q", err, want)
		}
		writeFile(t, components, fluxStandIn+binding+"---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: artifactgenerators.source.extensions.fluxcd.io\n")
		writeTree(t, f, dir)
	})
}
