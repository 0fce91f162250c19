package capsule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

func TestTenantOwnerOptions(t *testing.T) {
	alice := capsule.User("alice")
	spec := func(subject rbac.UserSpec, roles ...string) capsulev1beta2.TenantOwnerSpec {
		return capsulev1beta2.TenantOwnerSpec{CoreOwnerSpec: rbac.CoreOwnerSpec{UserSpec: subject, ClusterRoles: roles}}
	}
	notAggregated := spec(alice)
	notAggregated.Aggregate = new(false)
	tests := map[string]struct {
		subject rbac.UserSpec
		opts    []capsule.TenantOwnerOption
		want    capsulev1beta2.TenantOwnerSpec
	}{
		"a user":  {subject: alice, want: spec(rbac.UserSpec{Kind: "User", Name: "alice"})},
		"a group": {subject: capsule.Group("devs"), want: spec(rbac.UserSpec{Kind: "Group", Name: "devs"})},
		"an account": {
			subject: capsule.ServiceAccount("dev-team", "gitops-reconciler"),
			want:    spec(rbac.UserSpec{Kind: "ServiceAccount", Name: "system:serviceaccount:dev-team:gitops-reconciler"}),
		},
		"a group of an OIDC provider": {
			subject: capsule.Group("oidc:/org/Dev Team"),
			want:    spec(rbac.UserSpec{Kind: "Group", Name: "oidc:/org/Dev Team"}),
		},
		"roles add up": {
			subject: alice,
			opts:    []capsule.TenantOwnerOption{capsule.ClusterRoles{"admin"}, capsule.ClusterRoles{"org:deployer", "viewer"}},
			want:    spec(alice, "admin", "org:deployer", "viewer"),
		},
		"cluster-admin beside the defaults": {
			subject: alice,
			opts:    []capsule.TenantOwnerOption{capsule.ClusterAdmin(true)},
			want:    spec(alice, "admin", "capsule-namespace-deleter", "cluster-admin"),
		},
		"cluster-admin beside other roles": {
			subject: alice,
			opts:    []capsule.TenantOwnerOption{capsule.ClusterRoles{"view"}, capsule.ClusterAdmin(true)},
			want:    spec(alice, "view", "cluster-admin"),
		},
		"no cluster-admin": {subject: alice, opts: []capsule.TenantOwnerOption{capsule.ClusterAdmin(false)}, want: spec(alice)},
		"not aggregated":   {subject: alice, opts: []capsule.TenantOwnerOption{capsule.Aggregate(false)}, want: notAggregated},
		"nil options":      {subject: alice, opts: []capsule.TenantOwnerOption{nil, capsule.TenantOwnerFunc(nil)}, want: spec(alice)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			opts := append(test.opts, capsule.Labels{capsule.TenantLabel: "dev-team"}, capsule.Annotations{"contact": "alice"})
			build := func() (*capsulev1beta2.TenantOwner, error) {
				return capsule.TenantOwner("dev-team", test.subject, opts...)
			}
			owner, err := build()
			accepted(t, owner, err, "TenantOwner")
			if diff := cmp.Diff(test.want, owner.Spec); diff != "" {
				t.Errorf("spec differs (-want +got):\n%s", diff)
			}
			if owner.Labels[capsule.TenantLabel] != "dev-team" || owner.Annotations["contact"] != "alice" {
				t.Errorf("metadata is lost: %v", owner.ObjectMeta)
			}
			independent(t, build)
		})
	}
}

func TestTenantOwnerInvalid(t *testing.T) {
	const kubernetes = `must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people`
	tests := map[string]struct {
		subject rbac.UserSpec
		opts    []capsule.TenantOwnerOption
		want    []fault
	}{
		"nobody": {want: []fault{{"spec.kind", "Required value"}, {"spec.name", "Required value"}}},
		"an unknown kind": {
			subject: rbac.UserSpec{Kind: "Robot", Name: "r2d2"},
			want:    []fault{{"spec.kind", `Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`}},
		},
		"a bare account": {
			subject: rbac.UserSpec{Kind: "ServiceAccount", Name: "runner"},
			want:    []fault{{"spec.name", `Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`}},
		},
		"an account without a namespace": {
			subject: capsule.ServiceAccount("", "runner"),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccount::runner": must have the form system:serviceaccount:<namespace>:<name>`}},
		},
		"an account without a name": {
			subject: capsule.ServiceAccount("ci", ""),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccount:ci:": must have the form system:serviceaccount:<namespace>:<name>`}},
		},
		"an account of a namespace that cannot be": {
			subject: capsule.ServiceAccount("c.i", "runner"),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccount:c.i:runner": namespace "c.i": must not contain dots`}},
		},
		"an account that cannot be": {
			subject: capsule.ServiceAccount("ci", "run:ner"),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccount:ci:run:ner": name "run:ner": a lowercase RFC 1123 subdomain must consist of`}},
		},
		"every account of a namespace": {
			subject: capsule.Group("system:serviceaccounts:ci"),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccounts:ci": ` + kubernetes}},
		},
		"everybody": {
			subject: capsule.Group("system:authenticated"),
			want:    []fault{{"spec.name", `Invalid value: "system:authenticated": ` + kubernetes}},
		},
		"an account as a user": {
			subject: capsule.User("system:serviceaccount:ci:runner"),
			want:    []fault{{"spec.name", `Invalid value: "system:serviceaccount:ci:runner": ` + kubernetes}},
		},
		"cluster-admin by its name": {
			subject: capsule.User("alice"),
			opts:    []capsule.TenantOwnerOption{capsule.ClusterRoles{"admin", "cluster-admin"}},
			want:    []fault{{"spec.clusterRoles[1]", "Forbidden: cluster-admin makes the owner master of every object in its namespaces, Capsule's included; ask for it with ClusterAdmin"}},
		},
		"roles that cannot be": {
			subject: capsule.User("alice"),
			opts:    []capsule.TenantOwnerOption{capsule.ClusterRoles{"", "a/b"}},
			want:    []fault{{"spec.clusterRoles[0]", "Required value"}, {"spec.clusterRoles[1]", `Invalid value: "a/b": may not contain '/'`}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			owner, err := capsule.TenantOwner("dev-team", test.subject, test.opts...)
			refused(t, owner, err, test.want...)
		})
	}
}
