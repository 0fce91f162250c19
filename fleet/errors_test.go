package fleet_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A fault is a fleet, read from YAML, and its errors, each with the tenant and the
// position of its spec.
type fault struct {
	fleet fleet.Fleet
	specs string
	want  []string
}

func TestFleetErrorsNames(t *testing.T) {
	finds(t, map[string]fault{
		"no fault": {specs: "name: a\n---\nname: b\n---\nname: ab\n"},
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
	})
}

func TestFleetErrorsAccounts(t *testing.T) {
	finds(t, map[string]fault{
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
	})
}

func TestFleetErrorsPrefixes(t *testing.T) {
	finds(t, map[string]fault{
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
	})
}

func TestFleetErrorsHostnames(t *testing.T) {
	finds(t, map[string]fault{
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
	})
}

func finds(t *testing.T, tests map[string]fault) {
	t.Helper()
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

// TestFleetErrorTypes: callers get the position of a fault without parsing text.
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
