package fleet_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	pruneDisabled   = "kustomize.toolkit.fluxcd.io/prune: disabled"
	preventDeletion = "preventDeletion: true"
)

// TestLeaving takes a tenant through every stage, and back.
func TestLeaving(t *testing.T) {
	dir := t.TempDir()
	stays, leaves := team(1), team(2)
	leaves.Suspend = true // which would keep Flux from deleting anything
	leaving := leaves
	leaving.Leaving = true
	file := filepath.Join(dir, fleet.File(leaves.Name))
	steps := []struct {
		name    string
		specs   []tenant.Spec
		options []fleet.TreeOption
		want    []string // in the tenant's file
		without []string
		next    string
	}{
		{"living", []tenant.Spec{stays, leaves}, nil,
			[]string{pruneDisabled, preventDeletion, "deletionPolicy: Orphan"}, []string{"stage"}, ""},
		{"released", []tenant.Spec{stays, leaving}, nil,
			[]string{`"stage":"released"`, "deletionPolicy: Delete", "kind: GitRepository"}, []string{pruneDisabled, preventDeletion, "suspend"}, "--applied"},
		{"released, again", []tenant.Spec{stays, leaving}, nil, []string{`"stage":"released"`}, nil, "--applied"},
		{"stopped", []tenant.Spec{stays, leaving}, []fleet.TreeOption{fleet.Applied()},
			[]string{`"stage":"stopped"`, "kind: ServiceAccount", "kind: TenantOwner", "kind: Tenant\n"},
			[]string{"kind: Kustomization", "kind: GitRepository", pruneDisabled, preventDeletion}, "take them out of the inputs"},
		{"stopped, again", []tenant.Spec{stays, leaving}, []fleet.TreeOption{fleet.Applied()}, []string{`"stage":"stopped"`}, nil, "take them out"},
		{"back", []tenant.Spec{stays, leaves}, nil, []string{pruneDisabled, "deletionPolicy: Orphan"}, []string{"stage"}, ""},
		{"released once more", []tenant.Spec{stays, leaving}, nil, []string{`"stage":"released"`}, nil, "--applied"},
		{"stopped once more", []tenant.Spec{stays, leaving}, []fleet.TreeOption{fleet.Applied()}, []string{`"stage":"stopped"`}, nil, "take them out"},
	}
	for _, step := range steps {
		changes := writeTree(t, fleet.Fleet{Platform: platform("production"), Tenants: listed(step.specs)}, dir, step.options...)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range step.want {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s: the file lacks %q:\n%s", step.name, want, text)
			}
		}
		for _, without := range step.without {
			if strings.Contains(string(text), without) {
				t.Errorf("%s: the file has %q:\n%s", step.name, without, text)
			}
		}
		if next := strings.Join(changes.Next, "\n"); !strings.Contains(next, step.next) || (step.next == "") != (next == "") {
			t.Errorf("%s: next %q, want %q in it", step.name, next, step.next)
		}
	}
	changes := writeTree(t, fleet.Fleet{Platform: platform("production"), Tenants: listed([]tenant.Spec{stays})}, dir)
	if diff := cmp.Diff([]string{fleet.File(leaves.Name)}, changes.Removed); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
}

// TestLeavingAddsGo: Flux objects that Customize adds are removed with the
// Kustomization, and Customize gets every bundle complete.
func TestLeavingAddsGo(t *testing.T) {
	leaving := team(1)
	leaving.Leaving = true
	f := fleet.Fleet{Tenants: listed([]tenant.Spec{leaving}), Customize: func(b *tenant.Bundle) error {
		more := b.Kustomization.Spec.DeepCopy()
		more.Path, more.RetryInterval = "./more", nil
		ks, err := b.NewKustomization("more", *more)
		return errors.Join(err, b.Add(ks))
	}}
	for bundle, err := range f.Bundles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, obj := range bundle.Objects() {
			if group := obj.GetObjectKind().GroupVersionKind().Group; strings.HasSuffix(group, ".toolkit.fluxcd.io") {
				t.Errorf("%T %s is still there", obj, obj.GetName())
			}
		}
	}
}

// TestRemovals: neither a tenant that did not leave nor many tenants at once are
// removed.
func TestRemovals(t *testing.T) {
	const n = 60
	numbered := func(numbers ...int) []string {
		var names []string
		for _, i := range numbers {
			names = append(names, fmt.Sprintf("team-%d", i))
		}
		return names
	}
	specs := func(change func(i int, spec *tenant.Spec) bool) []tenant.Spec {
		var list []tenant.Spec
		for i := range n {
			if spec := team(i); change(i, &spec) {
				list = append(list, spec)
			}
		}
		return list
	}
	but := func(some int) []tenant.Spec { return specs(func(i int, _ *tenant.Spec) bool { return i >= some }) }
	tests := map[string]struct {
		left    int // tenants, from the first, that have left
		specs   []tenant.Spec
		options []fleet.TreeOption
		want    *fleet.RemovalError
	}{
		"one lost":           {0, but(1), nil, &fleet.RemovalError{Tenants: numbered(0), Removed: 1, Of: n}},
		"one lost, one left": {1, but(2), nil, &fleet.RemovalError{Tenants: numbered(1), Removed: 2, Of: n}},
		"one named":          {0, but(1), []fleet.TreeOption{fleet.AllowRemoval("team-0")}, nil},
		"a tenth left":       {6, but(6), nil, nil},
		"more left":          {7, but(7), nil, &fleet.RemovalError{Removed: 7, Of: n}},
		"more left, allowed": {7, but(7), []fleet.TreeOption{fleet.AllowManyRemovals()}, nil},
		"more lost, allowed": {0, but(58), []fleet.TreeOption{fleet.AllowManyRemovals()}, &fleet.RemovalError{Removed: 58, Of: n}},
		"renamed": {0, specs(func(i int, spec *tenant.Spec) bool {
			if i == 3 {
				spec.Name = "renamed"
			}
			return true
		}), nil, &fleet.RemovalError{Tenants: numbered(3), Removed: 1, Of: n}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			leaving := specs(func(i int, spec *tenant.Spec) bool { spec.Leaving = i < test.left; return true })
			writeTree(t, fleet.Fleet{Tenants: listed(leaving)}, dir) // none is there yet, so that these are stopped
			before := snapshot(t, dir)
			_, err := fleet.Fleet{Tenants: listed(test.specs)}.WriteTree(t.Context(), dir, test.options...)
			var got *fleet.RemovalError
			if !errors.As(err, &got) && err != nil {
				t.Fatal(err)
			}
			if got != nil && len(got.Tenants) == 58 {
				got.Tenants = nil
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("the error differs (-want +got):\n%s", diff)
			}
			if err != nil {
				if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
					t.Errorf("files changed (-before +after):\n%s", diff)
				}
			}
		})
	}
}

// TestRemovalsFromAClusterAreRejected covers a cluster that stops serving a tenant.
func TestRemovalsFromAClusterAreRejected(t *testing.T) {
	for name, before := range map[string][]string{"all": nil, "some": {"team-1", "team-2"}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			f := fleet.Fleet{Platform: platform("production", "staging"), Tenants: teams(4, nil)}
			f.Platform.Clusters[0].Tenants = before
			writeTree(t, f, dir)
			f.Platform.Clusters[0].Tenants = []string{"team-1", "team-3"}
			want := &fleet.RemovalError{Tenants: []string{"team-0", "team-2"}, Cluster: "production", Removed: 2, Of: 4}
			if before != nil {
				want.Tenants, want.Removed = []string{"team-2"}, 1
			}
			_, err := f.WriteTree(t.Context(), dir)
			var got *fleet.RemovalError
			if !errors.As(err, &got) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the error differs (-want +got):\n%s", diff)
			}
			writeTree(t, f, dir, fleet.AllowRemoval(want.Tenants...))
		})
	}
}

// TestIdentityIsKept: the identity of an existing tenant cannot change.
func TestIdentityIsKept(t *testing.T) {
	proxy := kubeconfig.Access{Proxy: "https://proxy.example.com", Audiences: []string{"a"}}
	tests := map[string]struct {
		change  func(*tenant.Spec)
		options []fleet.TreeOption
		want    string
	}{
		"home":            {func(s *tenant.Spec) { s.Home = "elsewhere" }, nil, `home: Invalid value: "elsewhere": the tree has the tenant in "team-1"`},
		"account":         {func(s *tenant.Spec) { s.ServiceAccount = "flux" }, nil, `serviceAccount: Invalid value: "flux"`},
		"access":          {func(s *tenant.Spec) { s.Access = kubeconfig.Access{} }, nil, `access: Invalid value: "impersonation": the tree has the tenant with access by proxy`},
		"access, by name": {func(s *tenant.Spec) { s.Access = kubeconfig.Access{} }, []fleet.TreeOption{fleet.AllowAccessChange("team-1")}, ""},
		"address":         {func(s *tenant.Spec) { s.Access.Proxy = "https://other.example.com" }, nil, ""},
		"shard":           {func(s *tenant.Spec) { s.Shard = "a" }, nil, ""},
		"source":          {func(s *tenant.Spec) { s.Git.URL = "https://github.com/org/other" }, nil, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			spec := team(1)
			spec.Access = proxy
			writeTree(t, fleet.Fleet{Tenants: listed([]tenant.Spec{spec})}, dir)
			test.change(&spec)
			_, err := fleet.Fleet{Tenants: listed([]tenant.Spec{spec})}.WriteTree(t.Context(), dir, test.options...)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// FuzzTenantsStay: adding and removing tenants changes neither the files of others
// nor the Kustomizations that apply them.
func FuzzTenantsStay(f *testing.F) {
	f.Add("a b c", "a c d")
	f.Add("a", "z y x w v")
	f.Add("on 1 012", "012 tenant")
	f.Fuzz(func(t *testing.T, first, second string) {
		dir := t.TempDir()
		write := func(names []string, options ...fleet.TreeOption) map[string]string {
			all := fleet.Fleet{Groups: 4, Platform: platform("production"), Tenants: func(yield func(tenant.Spec, error) bool) {
				for _, name := range names {
					if !yield(tenant.Spec{Name: name, Git: tenant.Git{URL: "https://example.com/" + name}}, nil) {
						return
					}
				}
			}}
			if _, err := all.WriteTree(t.Context(), dir, options...); err != nil {
				t.Skip(err)
			}
			return contents(t, dir)
		}
		had, has := strings.Fields(first), strings.Fields(second)
		before := write(had)
		after := write(has, fleet.AllowRemoval(had...), fleet.AllowManyRemovals())
		for _, name := range had {
			if !slices.Contains(has, name) {
				continue
			}
			files, err := filepath.Glob(filepath.Join(dir, "tenants/*", name+".yaml"))
			if err != nil || len(files) != 1 {
				t.Fatalf("%s is in %q", name, files)
			}
			group := filepath.Base(filepath.Dir(files[0]))
			for _, file := range []string{"tenants/" + group + "/" + name + ".yaml", "clusters/production/tenants/" + group + ".yaml"} {
				if diff := cmp.Diff(before[file], after[file]); diff != "" {
					t.Errorf("%s changed (-before +after):\n%s", file, diff)
				}
			}
		}
	})
}
