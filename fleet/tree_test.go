package fleet_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// platform is a small platform with the named clusters.
func platform(clusters ...string) *fleet.Platform {
	p := &fleet.Platform{Git: tenant.Git{URL: "ssh://git@github.com/org/platform.git", Branch: "main", SecretRef: &meta.LocalObjectReference{Name: "flux-system"}}}
	for _, name := range clusters {
		p.Clusters = append(p.Clusters, fleet.Cluster{Name: name})
	}
	return p
}

func writeTree(t *testing.T, f fleet.Fleet, dir string, options ...fleet.TreeOption) fleet.Changes {
	t.Helper()
	changes, err := f.WriteTree(t.Context(), dir, options...)
	if err != nil {
		t.Fatal(err)
	}
	return changes
}

// snapshot is every file below a directory, with its modification time.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = info.ModTime().Format(time.RFC3339Nano) + "\n" + string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func writeFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWriteTreeHoldsWhatTheStreamHolds: kustomize builds the same objects from the
// tree that the stream has. YAML reads some of the names as other types than strings
// when they are not quoted.
func TestWriteTreeHoldsWhatTheStreamHolds(t *testing.T) {
	var teams []tenant.Spec
	for _, name := range []string{"on", "1e3", "0123", "null", "y"} {
		spec := tenanttest.Smallest()
		spec.Name = name
		teams = append(teams, spec)
	}
	for _, spec := range tenanttest.Specs(t) {
		teams = append(teams, spec)
	}
	// The specs in testdata are all of the same few teams.
	for i := range teams {
		teams[i].Home, teams[i].Name = "", teams[i].Name+"-"+string(rune('a'+i))
		if i < 5 {
			teams[i].Name = strings.TrimSuffix(teams[i].Name, "-"+string(rune('a'+i)))
		}
		teams[i].Owners = slices.DeleteFunc(teams[i].Owners, func(o tenant.Owner) bool { return o.Kind == "ServiceAccount" })
		teams[i].ForceTenantPrefix, teams[i].Isolation.Hostnames = nil, nil
	}
	all := fleet.Fleet{Tenants: listed(teams)}

	var stream bytes.Buffer
	if err := all.Write(t.Context(), &stream); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeTree(t, all, dir)
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(dir, "tenants"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := built.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	got := byIdentity(t, text)
	for _, obj := range got {
		unguarded(obj)
	}
	if diff := cmp.Diff(byIdentity(t, stream.Bytes()), got); diff != "" {
		t.Errorf("the objects differ (-stream +tree):\n%s", diff)
	}
}

// unguarded removes the tree's guards from an object.
func unguarded(obj runtime.Object) {
	meta := obj.(client.Object)
	annotations := meta.GetAnnotations()
	if delete(annotations, "kustomize.toolkit.fluxcd.io/prune"); len(annotations) == 0 {
		meta.SetAnnotations(nil)
	}
	switch obj := obj.(type) {
	case *capsulev1beta2.Tenant:
		obj.Spec.PreventDeletion = false
	case *kustomizev1.Kustomization:
		obj.Spec.DeletionPolicy = ""
	}
}

func byIdentity(t *testing.T, stream []byte) map[string]runtime.Object {
	t.Helper()
	objects, err := manifest.Read(bytes.NewReader(stream), tenant.Scheme())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]runtime.Object{}
	for _, obj := range objects {
		all[tenanttest.ID(obj.(client.Object))] = obj
	}
	return all
}

func TestWriteTreeTwice(t *testing.T) {
	dir := t.TempDir()
	all := fleet.Fleet{Platform: platform("staging"), Tenants: teams(20, nil)}
	first := writeTree(t, all, dir)
	if first.Unchanged != 0 || !first.Stale() {
		t.Errorf("%d files of an empty directory were unchanged, %d were written", first.Unchanged, len(first.Written))
	}
	before := snapshot(t, dir)
	if len(before) != len(first.Written) {
		t.Errorf("%d files said to be written, there are %d", len(first.Written), len(before))
	}
	second := writeTree(t, all, dir)
	if diff := cmp.Diff(fleet.Changes{Unchanged: len(first.Written)}, second); diff != "" || second.Stale() {
		t.Errorf("the second run changes something (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Errorf("files were written again (-before +after):\n%s", diff)
	}
}

// TestWriteTreeAddsAndRemoves adds and removes tenants and clusters.
func TestWriteTreeAddsAndRemoves(t *testing.T) {
	dir := t.TempDir()
	writeTree(t, fleet.Fleet{Platform: platform("old", "stays"), Tenants: listed([]tenant.Spec{team(1), team(2), team(3)})}, dir)
	writeFile(t, filepath.Join(dir, "clusters/stays/flux-system/gotk-components.yaml"), "kind: Namespace\n")
	writeFile(t, filepath.Join(dir, "clusters/stays/extra/mine.yaml"), "kind: Namespace\n")
	writeFile(t, filepath.Join(dir, "tenants/notes.md"), "somebody's\n")
	writeFile(t, filepath.Join(dir, "tenants/mine/notes.md"), "in no group\n")

	all := fleet.Fleet{Platform: platform("stays"), Tenants: listed([]tenant.Spec{team(1), team(4)})}
	var diff bytes.Buffer
	if _, err := all.WriteTree(t.Context(), dir, fleet.AllowRemoval("team-2", "team-3")); err == nil || !strings.Contains(err.Error(), "the cluster old is missing") {
		t.Errorf("a cluster is removed, error %v", err)
	}
	removals := []fleet.TreeOption{fleet.AllowRemoval("team-2", "team-3"), fleet.AllowClusterRemoval("old")}
	plan, err := all.DiffTree(t.Context(), dir, &diff, removals...)
	if err != nil {
		t.Fatal(err)
	}
	got := writeTree(t, all, dir, removals...)
	if diff := cmp.Diff(plan, got); diff != "" {
		t.Errorf("the plan differs from what was done (-plan +done):\n%s", diff)
	}
	want := fleet.Changes{
		Written: []string{
			fleet.File("team-4"), "clusters/stays/tenants/016.yaml",
			"clusters/stays/tenants/kustomization.yaml",
			"tenants/016/kustomization.yaml", "tenants/032/kustomization.yaml", "tenants/063/kustomization.yaml",
			"tenants/kustomization.yaml",
		},
		Removed: []string{
			fleet.File("team-2"), fleet.File("team-3"),
			"clusters/old/flux-system/gotk-sync.yaml", "clusters/old/flux-system/kustomization.yaml", "clusters/old/flux-system/lockdown.yaml",
			"clusters/old/infrastructure.yaml", "clusters/old/kustomization.yaml",
			"clusters/old/tenants/kustomization.yaml", "clusters/old/tenants.yaml",
			"clusters/old/tenants/032.yaml", "clusters/old/tenants/056.yaml", "clusters/old/tenants/063.yaml",
		},
		Foreign:   []string{"tenants/mine/notes.md"},
		Unchanged: got.Unchanged,
	}
	slices.Sort(want.Removed)
	slices.Sort(got.Removed)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	for _, name := range append(slices.Clone(want.Written), want.Removed...) {
		if !strings.Contains(diff.String(), "a/"+name) && !strings.Contains(diff.String(), "b/"+name) {
			t.Errorf("the diff does not show %s", name)
		}
	}
	for name, there := range map[string]bool{
		"tenants/mine/notes.md": true, "tenants/notes.md": true, "clusters/stays/extra/mine.yaml": true, "clusters/stays/flux-system/gotk-components.yaml": true,
		fleet.File("team-3"): false, "clusters/old": false,
	} {
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != there {
			t.Errorf("%s: there is %v, want there: %v", name, err, there)
		}
	}
}

// TestWriteTreeIsAllOrNothing: with an error anywhere nothing changes.
func TestWriteTreeIsAllOrNothing(t *testing.T) {
	changed := team(1)
	changed.Path = "./elsewhere"
	lost := errors.New("the database is away")
	tests := map[string]struct {
		fleet fleet.Fleet
		want  []string
	}{
		"faulty tenants": {
			fleet.Fleet{Tenants: listed([]tenant.Spec{changed, team(1), team(2), {Name: "nothing"}})},
			[]string{`name: Duplicate value: "team-1"`, `tenant.Spec "nothing" is invalid: git: Required value`},
		},
		"unread specs": {
			fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) { _ = yield(changed, nil) && yield(tenant.Spec{}, lost) }},
			[]string{lost.Error()},
		},
		"faulty platform and tenant": {
			fleet.Fleet{Platform: platform(), Tenants: listed([]tenant.Spec{changed, {Name: "nothing"}})},
			[]string{`fleet.Platform "" is invalid: clusters: Required value`, `tenant.Spec "nothing"`},
		},
		"nobody": {fleet.Fleet{}, []string{fleet.ErrNoTenants.Error()}},
		"somebody else's files": {
			fleet.Fleet{Tenants: listed([]tenant.Spec{changed, team(7), team(8)})},
			[]string{fleet.File("team-7") + " does not begin with", fleet.File("team-8") + " does not begin with"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeTree(t, fleet.Fleet{Tenants: teams(3, nil)}, dir)
			writeFile(t, filepath.Join(dir, fleet.File("team-7")), "by: hand\n")
			writeFile(t, filepath.Join(dir, fleet.File("team-8")), "by: hand\n")
			before := snapshot(t, dir)
			changes, err := test.fleet.WriteTree(t.Context(), dir)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error lacks %q: %v", want, err)
				}
			}
			if diff := cmp.Diff(fleet.Changes{}, changes); diff != "" {
				t.Errorf("changes: %s", diff)
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("files changed (-before +after):\n%s", diff)
			}
		})
	}
}
