package fleet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestGroupsStay checks the assignment of tenants to groups: a release that moved a
// tenant would delete its data.
func TestGroupsStay(t *testing.T) {
	for name, want := range map[string]string{
		"dev-team": "tenants/005/dev-team.yaml", "team-1": "tenants/056/team-1.yaml",
		"team-2": "tenants/063/team-2.yaml", "team-3": "tenants/032/team-3.yaml", "team-4": "tenants/016/team-4.yaml",
	} {
		if got := fleet.File(name); got != want {
			t.Errorf("%s is at %s, and was at %s", name, got, want)
		}
	}
}

// contents is every file below a directory.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := snapshot(t, dir)
	for name, text := range files {
		_, files[name], _ = strings.Cut(text, "\n")
	}
	return files
}

// TestTenantsDoNotMove: a tenant's file keeps its path, and the Kustomization that
// applies it, when anything else changes.
func TestTenantsDoNotMove(t *testing.T) {
	all := func() []tenant.Spec { return []tenant.Spec{team(1), team(2), team(3)} }
	tests := map[string]func(*fleet.Fleet){
		"more tenants": func(f *fleet.Fleet) { f.Tenants = teams(300, nil) },
		"shards":       func(f *fleet.Fleet) { f.Shards = []string{"a", "b"} },
		"a cluster more": func(f *fleet.Fleet) {
			f.Platform = platform("production", "staging")
		},
		"a cluster's own tenants": func(f *fleet.Fleet) {
			f.Platform.Clusters[0].Tenants = []string{"team-1", "team-2", "team-3"}
		},
		"the number of groups said": func(f *fleet.Fleet) { f.Groups = fleet.DefaultGroups },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f := fleet.Fleet{Platform: platform("production"), Tenants: listed(all())}
			writeTree(t, f, dir)
			change(&f)
			writeTree(t, f, dir)
			after := contents(t, dir)
			for _, spec := range all() {
				file := fleet.File(spec.Name)
				if after[file] == "" {
					t.Errorf("%s is gone", file)
				}
				group := filepath.Base(filepath.Dir(file))
				applied := after["clusters/production/tenants/"+group+".yaml"] + after["clusters/production/tenants/"+group+"/kustomization.yaml"]
				if !strings.Contains(applied, "\n  name: tenants-"+group+"\n") ||
					!strings.Contains(applied, "path: ./tenants/"+group+"\n") && !strings.Contains(applied, file+"\n") {
					t.Errorf("%s is not applied by tenants-%s:\n%s", spec.Name, group, applied)
				}
			}
		})
	}
}

// TestEmptyGroup: a group whose last tenant left stays, and kustomize builds it.
func TestEmptyGroup(t *testing.T) {
	dir := t.TempDir()
	f := fleet.Fleet{Platform: platform("production"), Tenants: listed([]tenant.Spec{team(1), team(2)})}
	writeTree(t, f, dir)
	f.Tenants = listed([]tenant.Spec{team(2)})
	for range 2 {
		writeTree(t, f, dir, fleet.AllowRemoval("team-1"))
	}
	group := filepath.Base(filepath.Dir(fleet.File("team-1")))
	if _, err := os.Stat(filepath.Join(dir, "clusters/production/tenants", group+".yaml")); err != nil {
		t.Error(err)
	}
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), filepath.Join(dir, "tenants", group))
	if err != nil || built.Size() != 0 {
		t.Errorf("%d objects, error %v", built.Size(), err)
	}
	list, err := os.ReadFile(filepath.Join(dir, "tenants/kustomization.yaml"))
	if err != nil || strings.Contains(string(list), group) {
		t.Errorf("the root list has the empty group: %v\n%s", err, list)
	}
}

// TestLayoutIsKept: another number of groups, and a tree from before there were
// groups, are rejected and nothing changes.
func TestLayoutIsKept(t *testing.T) {
	tests := map[string]struct {
		write func(t *testing.T, dir string)
		want  fleet.LayoutError
	}{
		"more groups":       {func(t *testing.T, dir string) { writeTree(t, grouped(16), dir) }, fleet.LayoutError{Have: 16, Want: 32}},
		"one Kustomization": {oldTree(false), fleet.LayoutError{Want: 32}},
		"one per tenant":    {oldTree(true), fleet.LayoutError{Want: 32}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			test.write(t, dir)
			before := snapshot(t, dir)
			_, err := grouped(32).WriteTree(t.Context(), dir)
			var fault *fleet.LayoutError
			if !errors.As(err, &fault) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(test.want, *fault); diff != "" {
				t.Errorf("the error differs (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("files changed (-before +after):\n%s", diff)
			}
		})
	}
	for _, n := range []int{-1, fleet.MaxGroups + 1} {
		if _, err := grouped(n).WriteTree(t.Context(), t.TempDir()); err == nil {
			t.Errorf("%d groups are accepted", n)
		}
	}
}

// grouped is a fleet of three tenants on a cluster.
func grouped(groups int) fleet.Fleet {
	return fleet.Fleet{
		Groups: groups, Platform: platform("production"), Tenants: listed([]tenant.Spec{team(1), team(2), team(3)}),
	}
}

const mark = "# Code generated by fluxcapsule. DO NOT EDIT.\n"

// oldTree writes a tree of three tenants in the layout without groups.
func oldTree(perTenant bool) func(t *testing.T, dir string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		ks := func(name, path string) string {
			return mark + "---\nkind: Kustomization\nmetadata:\n  name: " + name + "\nspec:\n  path: " + path + "\n  prune: true\n  wait: false\n"
		}
		names := []string{"team-1", "team-2", "team-3"}
		list := func(items ...string) string {
			return mark + "kind: Kustomization\nresources:\n- " + strings.Join(items, "\n- ") + "\n"
		}
		root := filepath.Join(dir, "clusters/production")
		writeFile(t, filepath.Join(root, "tenants.yaml"), ks("tenants", "./clusters/production/tenants"))
		writeFile(t, filepath.Join(dir, "tenants/kustomization.yaml"), list(names...))
		var applied []string
		for _, name := range names {
			writeFile(t, filepath.Join(dir, "tenants", name, "tenant.yaml"), mark+"kind: Tenant\n")
			writeFile(t, filepath.Join(dir, "tenants", name, "kustomization.yaml"), list("tenant.yaml"))
			applied = append(applied, "../../../tenants/"+name)
			if perTenant {
				writeFile(t, filepath.Join(root, "tenants", name+".yaml"), ks("tenant-"+name, "./tenants/"+name))
				applied[len(applied)-1] = name + ".yaml"
			}
		}
		writeFile(t, filepath.Join(root, "tenants/kustomization.yaml"), list(applied...))
	}
}

// TestRelayout takes trees through the three commits.
func TestRelayout(t *testing.T) {
	tests := map[string]struct {
		write  func(t *testing.T, dir string)
		paused []string // files whose prune the first commit changes
		gone   []string // files that the second commit removes
	}{
		"more groups": {
			func(t *testing.T, dir string) { writeTree(t, grouped(16), dir) },
			[]string{"clusters/production/tenants/000.yaml", "clusters/production/tenants/008.yaml", "clusters/production/tenants/015.yaml"}, nil,
		},
		"one Kustomization": {oldTree(false), []string{"clusters/production/tenants.yaml"}, []string{"tenants/team-1/tenant.yaml"}},
		"one per tenant": {
			oldTree(true),
			[]string{"clusters/production/tenants/team-1.yaml", "clusters/production/tenants/team-2.yaml", "clusters/production/tenants/team-3.yaml"},
			[]string{"tenants/team-1/tenant.yaml", "clusters/production/tenants/team-1.yaml"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			test.write(t, dir)
			before := contents(t, dir)
			f := grouped(32)

			first := writeTree(t, f, dir, fleet.Relayout())
			for _, file := range test.paused {
				before[file] = strings.Replace(before[file], "prune: true", "prune: false", 1)
			}
			after := contents(t, dir)
			before["tenants/kustomization.yaml"] = after["tenants/kustomization.yaml"]
			if diff := cmp.Diff(before, after); diff != "" || len(first.Next) != 1 {
				t.Fatalf("the first commit does more than stop pruning; next: %q (-want +got):\n%s", first.Next, diff)
			}
			if _, err := f.WriteTree(t.Context(), dir); err == nil {
				t.Error("a run without the option goes on")
			}

			second := writeTree(t, f, dir, fleet.Relayout())
			after = contents(t, dir)
			prunes(t, after, "prune: false")
			for _, file := range test.gone {
				if after[file] != "" {
					t.Errorf("%s is still there", file)
				}
			}
			if again := writeTree(t, f, dir); again.Stale() {
				t.Errorf("a run without the option changes %q", again.Written)
			}

			third := writeTree(t, f, dir, fleet.Relayout())
			prunes(t, contents(t, dir), "prune: true")
			if len(second.Next) != 1 || len(third.Next) != 1 {
				t.Errorf("next: %q, %q", second.Next, third.Next)
			}
			want := t.TempDir()
			writeTree(t, f, want)
			if diff := cmp.Diff(contents(t, want), contents(t, dir)); diff != "" {
				t.Errorf("the tree differs from a new one (-new +got):\n%s", diff)
			}
		})
	}
}

// prunes checks the Kustomizations of groups.
func prunes(t *testing.T, files map[string]string, want string) {
	t.Helper()
	found := 0
	for name, text := range files {
		if ok, _ := filepath.Match("clusters/production/tenants/0*.yaml", name); ok {
			found++
			if !strings.Contains(text, "\n  "+want+"\n") {
				t.Errorf("%s lacks %q:\n%s", name, want, text)
			}
		}
	}
	if found == 0 {
		t.Error("there is no Kustomization of a group")
	}
}
