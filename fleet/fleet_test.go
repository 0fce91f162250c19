package fleet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// teams yields n specs, and counts how many of them were asked for.
func teams(n int, asked *int) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			if asked != nil {
				*asked++
			}
			if !yield(team(i), nil) {
				return
			}
		}
	}
}

func team(i int) tenant.Spec {
	spec := tenanttest.Smallest()
	spec.Name = fmt.Sprintf("team-%d", i)
	spec.Git.URL = "https://github.com/org/" + spec.Name + ".git"
	return spec
}

func TestFleetBundlesInOrder(t *testing.T) {
	const n = 500
	all := fleet.Fleet{Tenants: teams(n, nil)}
	i := 0
	for bundle, err := range all.Bundles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		want, err := tenant.Build(team(i))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, bundle, cmpopts.IgnoreUnexported(tenant.Bundle{})); diff != "" {
			t.Fatalf("bundle %d of the fleet differs from the one built alone (-alone +fleet):\n%s", i, diff)
		}
		i++
	}
	if i != n {
		t.Errorf("%d bundles of %d tenants", i, n)
	}
}

func TestFleetWriteIsEveryTenantOneByOne(t *testing.T) {
	const n = 100
	var want, got bytes.Buffer
	for i := range n {
		bundle, err := tenant.Build(team(i))
		if err != nil {
			t.Fatal(err)
		}
		if err := manifest.WriteAll(&want, bundle.Objects()); err != nil {
			t.Fatal(err)
		}
	}
	if err := (fleet.Fleet{Tenants: teams(n, nil)}).Write(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("the stream differs (-one by one +fleet):\n%s", diff)
	}
}

// TestFleetErrors reads fleets and lists what is wrong with them: every fault,
// with the tenant and where its spec came from.
func TestFleetErrors(t *testing.T) {
	tests := map[string]struct {
		fleet fleet.Fleet
		specs string
		want  []string
	}{
		"no fault":                    {specs: "name: a\n---\nname: b\n---\nname: ab\n"},
		"a prefix that is not forced": {specs: "name: a\nforceTenantPrefix: false\n---\nname: a-b\n"},
		"prefixes that the platform does not force": {
			fleet: fleet.Fleet{Platform: &fleet.Platform{Capsule: fleet.Capsule{ForceTenantPrefix: new(false)}}},
			specs: "name: a\n---\nname: a-b\n",
		},
		"a prefix that is forced by default": {
			specs: "name: a\n---\nname: a-b\n",
			want: []string{
				`teams.yaml:1 (document 1): tenant.Spec "a" is invalid: forceTenantPrefix: Invalid value: true: the prefix "a-" covers the namespaces of tenant "a-b" at teams.yaml:4 (document 2)`,
			},
		},
		"names": {
			specs: "name: a\n---\nname: b\n---\nname: a\nhome: c\n",
			want: []string{
				`teams.yaml:7 (document 3): tenant.Spec "a" is invalid: name: Duplicate value: "a": the name of tenant "a" at teams.yaml:1 (document 1)`,
			},
		},
		"homes": {
			specs: "name: a\n---\nname: b\nhome: a\n",
			want: []string{
				`teams.yaml:4 (document 2): tenant.Spec "b" is invalid: home: Duplicate value: "a": the home namespace of tenant "a" at teams.yaml:1 (document 1)`,
			},
		},
		"a reconciler of an earlier tenant": {
			specs: "name: a\n---\nname: b\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:a:gitops-reconciler'}]\n",
			want: []string{
				`teams.yaml:4 (document 2): tenant.Spec "b" is invalid: owners[0].name: Duplicate value: "system:serviceaccount:a:gitops-reconciler": an account of the home namespace of tenant "a" at teams.yaml:1 (document 1)`,
			},
		},
		"an account of a later tenant's home": {
			specs: "name: b\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:ops:default'}]\n---\nname: a\nhome: ops\n",
			want: []string{
				`teams.yaml:5 (document 2): tenant.Spec "a" is invalid: home: Duplicate value: "ops": an account of this namespace owns tenant "b" at teams.yaml:1 (document 1)`,
			},
		},
		"an account of its own home": {
			specs: "name: a\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:a:ci'}]\n",
		},
		"a machine that owns two": {
			specs: "name: a\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:ci:x'}]\n---\nname: b\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:ci:x'}]\n",
			want: []string{
				`teams.yaml:5 (document 2): tenant.Spec "b" is invalid: owners[0].name: Duplicate value: "system:serviceaccount:ci:x": an owner of tenant "a" at teams.yaml:1 (document 1)`,
			},
		},
		"a machine that may own two": {
			fleet: fleet.Fleet{SharedAccounts: []string{"system:serviceaccount:ci:x"}},
			specs: "name: a\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:ci:x'}]\n---\nname: b\nowners: [{kind: ServiceAccount, name: 'system:serviceaccount:ci:x'}]\n",
		},
		"people who own two": {
			specs: "name: a\nowners: [{kind: Group, name: admins}, {kind: User, name: alice}]\n---\nname: b\nowners: [{kind: Group, name: admins}, {kind: User, name: alice}]\n",
		},
		"a forced prefix": {
			specs: "name: dev-team\n---\nname: dev\nforceTenantPrefix: true\n---\nname: ops\nhome: dev-ops\n---\nname: developers\n",
			want: []string{
				`teams.yaml:4 (document 2): tenant.Spec "dev" is invalid: forceTenantPrefix: Invalid value: true: the prefix "dev-" covers the namespaces of tenant "dev-team" at teams.yaml:1 (document 1), the home namespace dev-ops of tenant "ops" at teams.yaml:8 (document 3)`,
			},
		},
		"a forced prefix and its own home": {
			specs: "name: dev\nhome: dev-gitops\nforceTenantPrefix: true\n",
		},
		"prefixes forced for all": {
			fleet: fleet.Fleet{Platform: &fleet.Platform{Capsule: fleet.Capsule{ForceTenantPrefix: new(true)}}},
			specs: "name: dev\n---\nname: dev-team\n---\nname: dev-team-a\n---\nname: x\nforceTenantPrefix: false\n---\nname: x-y\n",
			want: []string{
				`teams.yaml:1 (document 1): tenant.Spec "dev" is invalid: forceTenantPrefix: Invalid value: true: the prefix "dev-" covers the namespaces of tenant "dev-team" at teams.yaml:4 (document 2), the namespaces of tenant "dev-team-a" at teams.yaml:7 (document 3)`,
				`teams.yaml:4 (document 2): tenant.Spec "dev-team" is invalid: forceTenantPrefix: Invalid value: true: the prefix "dev-team-" covers the namespaces of tenant "dev-team-a" at teams.yaml:7 (document 3)`,
			},
		},
		"host names": {
			fleet: fleet.Fleet{SharedHostnames: []string{"*.shared.example.com"}},
			specs: "name: a\nisolation: {hostnames: [a.example.com, example.com, '*.shared.example.com']}\n---\n" +
				"name: b\nisolation: {hostnames: [x.example.com, a.example.com, '*.b.example.com', y.b.example.com]}\n---\n" +
				"name: c\nisolation: {hostnames: ['*.example.com', notexample.com, '*.shared.example.com']}\n---\n" +
				"name: d\nisolation: {hostnames: [z.b.example.com, d.example.org]}\n",
			want: []string{
				`teams.yaml:5 (document 2): tenant.Spec "b" is invalid: isolation.hostnames[1]: Duplicate value: "a.example.com": overlaps with a.example.com of tenant "a" at teams.yaml:1 (document 1)`,
				`teams.yaml:9 (document 3): tenant.Spec "c" is invalid: [isolation.hostnames[0]: Duplicate value: "*.example.com": overlaps with a.example.com of tenant "a" at teams.yaml:1 (document 1), isolation.hostnames[0]: Duplicate value: "*.example.com": overlaps with a.example.com of tenant "b" at teams.yaml:5 (document 2), isolation.hostnames[0]: Duplicate value: "*.example.com": overlaps with *.b.example.com of tenant "b" at teams.yaml:5 (document 2), isolation.hostnames[0]: Duplicate value: "*.example.com": overlaps with y.b.example.com of tenant "b" at teams.yaml:5 (document 2), isolation.hostnames[0]: Duplicate value: "*.example.com": overlaps with x.example.com of tenant "b" at teams.yaml:5 (document 2)]`,
				`teams.yaml:13 (document 4): tenant.Spec "d" is invalid: [isolation.hostnames[0]: Duplicate value: "z.b.example.com": overlaps with *.example.com of tenant "c" at teams.yaml:9 (document 3), isolation.hostnames[0]: Duplicate value: "z.b.example.com": overlaps with *.b.example.com of tenant "b" at teams.yaml:5 (document 2)]`,
			},
		},
		"tenants of a cluster that are not there": {
			fleet: fleet.Fleet{Platform: &fleet.Platform{Clusters: []fleet.Cluster{{Name: "one"}, {Name: "two", Tenants: []string{"a", "b", "c"}}}}},
			specs: "name: b\n",
			want: []string{
				`fleet.Platform "" is invalid: [clusters[1].tenants[0]: Not found: "a", clusters[1].tenants[2]: Not found: "c"]`,
			},
		},
		"its own faults and the fleet's": {
			specs: "name: a\n---\nname: a\nquota: {namespaces: -1}\n---\nname: b\nnope: 1\n---\nname: c\n",
			want: []string{
				`teams.yaml:4 (document 2): tenant.Spec "a" is invalid: [quota.namespaces: Invalid value: -1: must be greater than or equal to 0, name: Duplicate value: "a": the name of tenant "a" at teams.yaml:1 (document 1), home: Duplicate value: "a": the home namespace of tenant "a" at teams.yaml:1 (document 1)]`,
				`teams.yaml:9 (document 3): unknown field "nope"`,
			},
		},
		"nobody":            {specs: "# none yet\n", want: []string{fleet.ErrNoTenants.Error()}},
		"nobody understood": {specs: "nope: 1\n", want: []string{`teams.yaml:1 (document 1): unknown field "nope"`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			// Every document gets a source, as they all need one.
			specs := strings.ReplaceAll(test.specs+"\n---\n", "\n---\n", "\ngit: {url: https://github.com/org/x}\n---\n")
			all := test.fleet
			all.Tenants = fleet.ReadSpecs(strings.NewReader(specs), manifest.File("teams.yaml"))
			if strings.HasPrefix(specs, "#") {
				all.Tenants = fleet.ReadSpecs(strings.NewReader(test.specs))
			}
			var got []string
			for bundle, err := range all.Bundles(t.Context()) {
				if (bundle == nil) != (err != nil) {
					t.Errorf("bundle %v together with error %v", bundle, err)
				}
				if err != nil {
					got = append(got, err.Error())
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors differ (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFleetErrorTypes: callers find out where a fault is without reading text.
func TestFleetErrorTypes(t *testing.T) {
	bad := team(1)
	bad.Home = "flux-system"
	bad.Position = manifest.Position{File: "teams.csv", Line: 7}
	all := fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) { yield(bad, nil) }}
	err := all.Write(t.Context(), &bytes.Buffer{})
	var located *manifest.Error
	if !errors.As(err, &located) || located.Position != bad.Position {
		t.Errorf("the error %#v does not tell the position %v", err, bad.Position)
	}
	if !apierrors.IsInvalid(err) {
		t.Errorf("IsInvalid does not hold for %v", err)
	}
}

// TestFleetWriteStopsAtTheFirstFault: what follows a faulty tenant is checked,
// not written.
func TestFleetWriteStopsAtTheFirstFault(t *testing.T) {
	specs := []tenant.Spec{team(0), team(1), team(1), team(2), team(2)}
	var want, got bytes.Buffer
	if err := (fleet.Fleet{Tenants: teams(2, nil)}).Write(t.Context(), &want); err != nil {
		t.Fatal(err)
	}
	err := fleet.Fleet{Tenants: listed(specs)}.Write(t.Context(), &got)
	if err == nil || strings.Count(err.Error(), "name: Duplicate value") != 2 {
		t.Errorf("want two faults, got %v", err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("the stream differs (-up to the fault +got):\n%s", diff)
	}
}

func listed(specs []tenant.Spec) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for _, spec := range specs {
			if !yield(spec, nil) {
				return
			}
		}
	}
}

// TestFleetStops: whoever breaks off, the consumer or its context, gets no more
// than was under way, and no goroutine stays behind: synctest would tell.
func TestFleetStops(t *testing.T) {
	tests := map[string]func(i int, cancel func()) (stop bool){
		"break":  func(i int, _ func()) bool { return i == 10 },
		"cancel": func(i int, cancel func()) bool { cancel(); return false },
	}
	for name, after := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				asked := 0
				all := fleet.Fleet{Tenants: teams(1_000_000, &asked)}
				i := 0
				var last error
				for _, err := range all.Bundles(ctx) {
					if last = err; err == nil && after(i, cancel) {
						break
					}
					i++
				}
				if name == "cancel" && !errors.Is(last, context.Canceled) {
					t.Errorf("the last error is %v, want %v", last, context.Canceled)
				}
				if asked > 10_000 {
					t.Errorf("%d specs were taken for %d bundles", asked, i)
				}
			})
		})
	}
}

// TestFleetPanics: where the caller's code panics, or ends its goroutine, it does so
// in the caller's goroutine, which can recover. No goroutine stays behind.
func TestFleetPanics(t *testing.T) {
	faulty := func(end func()) map[string]fleet.Fleet {
		return map[string]fleet.Fleet{
			"iterator": {Tenants: func(yield func(tenant.Spec, error) bool) {
				for i := range 10 {
					if i == 5 {
						end()
					}
					if !yield(team(i), nil) {
						return
					}
				}
			}},
			"Customize": {Tenants: teams(1000, nil), Customize: func(b *tenant.Bundle) error {
				if b.Tenant.Name == "team-5" {
					end()
				}
				return nil
			}},
		}
	}
	for name, all := range faulty(func() { panic("the caller's") }) {
		t.Run(name+" panics", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer func() {
					if got := recover(); got != "the caller's" {
						t.Errorf("recovered %v", got)
					}
				}()
				_ = all.Write(t.Context(), &bytes.Buffer{})
				t.Error("no panic")
			})
		})
	}
	for name, all := range faulty(runtime.Goexit) {
		t.Run(name+" exits", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var running sync.WaitGroup
				running.Go(func() {
					_, err := all.WriteTree(t.Context(), t.TempDir())
					t.Errorf("a tree was written, error %v", err)
				})
				running.Wait()
			})
		})
	}
}

// TestFleetCustomize: what a caller makes of a bundle is written, and validated.
func TestFleetCustomize(t *testing.T) {
	refused := errors.New("not this one")
	all := fleet.Fleet{Tenants: teams(4, nil), Customize: func(b *tenant.Bundle) error {
		switch b.Tenant.Name {
		case "team-1":
			return refused
		case "team-2":
			b.Kustomization.Spec.ServiceAccountName = "kustomize-controller"
		case "team-3":
			apps, err := b.NewKustomization("apps", kustomizev1.KustomizationSpec{})
			if err != nil {
				return err
			}
			return b.Add(apps)
		}
		return nil
	}}
	var got []string
	for bundle, err := range all.Bundles(t.Context()) {
		if err != nil {
			got = append(got, err.Error())
		} else {
			got = append(got, fmt.Sprint(bundle.Tenant.Name, " ", len(bundle.Objects())))
		}
	}
	want := []string{
		"team-0 9",
		refused.Error(),
		`Kustomization.kustomize.toolkit.fluxcd.io "team-2/team-2" is invalid: spec.serviceAccountName: Invalid value: "kustomize-controller": must be the tenant's reconciler, gitops-reconciler`,
		"team-3 10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFleetShards(t *testing.T) {
	const n = 3000
	shards := func(n int, shards ...string) map[string]string {
		of := map[string]string{}
		for bundle, err := range (fleet.Fleet{Tenants: teams(n, nil), Shards: shards}).Bundles(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			shard := bundle.Kustomization.Labels["sharding.fluxcd.io/key"]
			if source := bundle.GitRepository.Labels["sharding.fluxcd.io/key"]; source != shard {
				t.Fatalf("%s: the source is in shard %q, the Kustomization in %q", bundle.Tenant.Name, source, shard)
			}
			of[bundle.Tenant.Name] = shard
		}
		return of
	}
	three := shards(n, "a", "b", "c")
	for shard, count := range counts(three) {
		if count < n/3*9/10 || count > n/3*11/10 {
			t.Errorf("shard %q has %d of %d tenants, want about a third", shard, count, n)
		}
	}
	for name, shard := range shards(n+500, "c", "b", "a") {
		if was, ok := three[name]; ok && was != shard {
			t.Errorf("%s moved from %s to %s when tenants came", name, was, shard)
		}
	}
	moved := 0
	for name, shard := range shards(n, "a", "b", "c", "") {
		if shard == three[name] {
			continue
		}
		moved++
		if shard != "" {
			t.Errorf("%s moved from %s to %s, not to the new shard", name, three[name], shard)
		}
	}
	if moved < n/4*9/10 || moved > n/4*11/10 {
		t.Errorf("%d of %d tenants moved to the fourth shard, want about a quarter", moved, n)
	}
	// What a release has put into a shard, the next one must not move.
	pinned := map[string]string{"team-0": "c", "team-1": "c", "team-2": "a", "team-3": "a"}
	for name, shard := range pinned {
		if three[name] != shard {
			t.Errorf("%s is in shard %s, and was in %s", name, three[name], shard)
		}
	}
}

func TestFleetKeepsAShardThatASpecNames(t *testing.T) {
	spec := team(0)
	spec.Shard = "mine"
	for bundle, err := range (fleet.Fleet{Tenants: listed([]tenant.Spec{spec}), Shards: []string{"a", "b"}}).Bundles(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if got := bundle.Kustomization.Labels["sharding.fluxcd.io/key"]; got != "mine" {
			t.Errorf("shard %q", got)
		}
	}
}

func counts(of map[string]string) map[string]int {
	n := map[string]int{}
	for _, v := range of {
		n[v]++
	}
	return n
}

// FuzzFleet compares what a fleet finds with what looking at every pair of
// tenants finds.
func FuzzFleet(f *testing.F) {
	f.Add("a a\na-b a-b\na x\n")
	f.Add("!a a\na-b a-c\nb a-d\nc a ci\nd d ci\n")
	f.Add("a x y\nb y\n!b-c b-d x\n")
	f.Add("a a x.y\nb b *.y z.y\nc c *.z.y\nd d y.y\n")
	f.Add("a a x.y\nb b x.xy xx.y\nc c *.x.y\n")
	f.Fuzz(func(t *testing.T, text string) {
		var specs []tenant.Spec
		for line := range strings.Lines(text) {
			fields := strings.Fields(line)
			if len(fields) < 2 || len(specs) == 12 {
				continue
			}
			spec := tenanttest.Smallest()
			name, forced := strings.CutPrefix(fields[0], "!")
			spec.Name, spec.Home, spec.ForceTenantPrefix = name, fields[1], &forced
			for _, field := range fields[2:min(len(fields), 6)] {
				if strings.Contains(field, ".") {
					spec.Isolation.Hostnames = append(spec.Isolation.Hostnames, field)
					continue
				}
				spec.Owners = append(spec.Owners, tenant.Owner{Kind: "ServiceAccount", Name: "system:serviceaccount:" + field + ":x"})
			}
			if _, err := tenant.Build(spec); err != nil {
				t.Skip()
			}
			specs = append(specs, spec)
		}
		faulty := false
		for _, err := range (fleet.Fleet{Tenants: listed(specs)}).Bundles(t.Context()) {
			faulty = faulty || err != nil
		}
		if want := len(specs) == 0 || anyPair(specs, clash); faulty != want {
			t.Errorf("the fleet finds a fault: %v, a look at every pair: %v\n%s", faulty, want, text)
		}
	})
}

func anyPair(specs []tenant.Spec, clash func(a, b tenant.Spec) bool) bool {
	for i := range specs {
		for j := range specs {
			if i != j && clash(specs[i], specs[j]) {
				return true
			}
		}
	}
	return false
}

func clash(a, b tenant.Spec) bool {
	for _, owner := range a.Owners {
		if strings.HasPrefix(owner.Name, "system:serviceaccount:"+b.Home+":") || slices.ContainsFunc(b.Owners, func(o tenant.Owner) bool { return o.Name == owner.Name }) {
			return true
		}
	}
	for _, x := range a.Isolation.Hostnames {
		for _, y := range b.Isolation.Hostnames {
			parent, wildcard := strings.CutPrefix(x, "*")
			if x == y || wildcard && strings.HasSuffix(y, parent) {
				return true
			}
		}
	}
	prefix := a.Name + "-"
	return a.Name == b.Name || a.Home == b.Home ||
		*a.ForceTenantPrefix && (strings.HasPrefix(b.Name, prefix) || strings.HasPrefix(b.Home, prefix))
}
