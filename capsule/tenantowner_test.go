package capsule_test

import (
	"slices"
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type ownerOption = capsule.TenantOwnerOption

var tenantOwner = buildtest.Kind[*capsulev1beta2.TenantOwner, ownerOption]{
	Build: func(opts ...ownerOption) (*capsulev1beta2.TenantOwner, error) {
		return capsule.TenantOwner("dev-team", capsule.User("alice"), opts...)
	},
	Func:    ownerFunc,
	NilFunc: capsule.TenantOwnerFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[ownerOption]{
		{Option: capsule.Labels{capsule.TenantLabel: "dev-team"}, YAML: `metadata: {labels: {projectcapsule.dev/tenant: dev-team}}`},
		{Option: capsule.Annotations{"contact": "alice"}, YAML: `metadata: {annotations: {contact: alice}}`},
		{Option: capsule.Aggregate(false), YAML: `spec: {aggregate: false}`},
		{Option: capsule.ClusterRoles{"admin", "org:deployer"}, YAML: `spec: {clusterRoles: [admin, "org:deployer"]}`},
		{Option: capsule.ClusterAdmin(true), YAML: `spec: {clusterRoles: [admin, capsule-namespace-deleter, cluster-admin]}`},
		{Option: capsule.ClusterAdmin(false), YAML: `{}`},
	},
	Invalid: []buildtest.Refuses[ownerOption]{
		{
			Name:    "name",
			Options: buildtest.With(ownerOption(capsule.TenantOwnerFunc(func(owner *capsulev1beta2.TenantOwner) error { owner.Name = "Dev"; return nil }))),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:    "nobody",
			Options: buildtest.With(ownedBy("", "")),
			Faults:  []string{"spec.kind: Required value", "spec.name: Required value"},
		},
		{
			Name:    "an unknown kind",
			Options: buildtest.With(ownedBy("Robot", "r2d2")),
			Faults:  []string{`spec.kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`},
		},
		{
			Name:     "a bare account",
			Options:  buildtest.With(ownedBy("ServiceAccount", "runner")),
			Faults:   []string{`spec.name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account without a namespace",
			Options:  buildtest.With(ownedBy("ServiceAccount", "system:serviceaccount::runner")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount::runner": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account without a name",
			Options:  buildtest.With(ownedBy("ServiceAccount", "system:serviceaccount:ci:")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account of a namespace that cannot be",
			Options:  buildtest.With(ownedBy("ServiceAccount", "system:serviceaccount:CI:runner")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:CI:runner": namespace "CI": ` + notLabel},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account that cannot be",
			Options:  buildtest.With(ownedBy("ServiceAccount", "system:serviceaccount:ci:run:ner")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:run:ner": name "run:ner": ` + notSubdomain},
			Stricter: webhookRefuses,
		},
		{
			Name:     "every account of a namespace",
			Options:  buildtest.With(ownedBy("Group", "system:serviceaccounts:ci")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccounts:ci": ` + notKubernetes},
			Stricter: widens,
		},
		{
			Name:     "everybody",
			Options:  buildtest.With(ownedBy("Group", "system:authenticated")),
			Faults:   []string{`spec.name: Invalid value: "system:authenticated": ` + notKubernetes},
			Stricter: widens,
		},
		{
			Name:     "an account as a user",
			Options:  buildtest.With(ownedBy("User", "system:serviceaccount:ci:runner")),
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:runner": ` + notKubernetes},
			Stricter: "the role bindings that Capsule makes of it name a user, which is the account only by chance",
		},
		{
			Name:     "cluster-admin by its name",
			Options:  buildtest.With[ownerOption](capsule.ClusterRoles{"admin", "cluster-admin"}),
			Faults:   []string{"spec.clusterRoles[1]: Forbidden: cluster-admin makes the owner master of every object in its namespaces, Capsule's included; ask for it with ClusterAdmin"},
			Stricter: widens,
		},
		{
			Name:     "roles that cannot be",
			Options:  buildtest.With[ownerOption](capsule.ClusterRoles{"", "a/b"}),
			Faults:   []string{"spec.clusterRoles[0]: Required value", `spec.clusterRoles[1]: Invalid value: "a/b": may not contain '/'`},
			Stricter: failsLater,
		},
	},
}

const notKubernetes = `must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people`

func ownedBy(kind rbac.OwnerKind, name string) ownerOption {
	return capsule.TenantOwnerFunc(func(owner *capsulev1beta2.TenantOwner) error {
		owner.Spec.Kind, owner.Spec.Name = kind, name
		return nil
	})
}

func ownerFunc(f func(*capsulev1beta2.TenantOwner) error) ownerOption {
	return capsule.TenantOwnerFunc(f)
}

func TestTenantOwner(t *testing.T) { tenantOwner.Test(t) }

func TestTenantOwnerFields(t *testing.T) { tenantOwner.TestFields(t, nil) }

func TestSubjects(t *testing.T) {
	tests := map[string]struct{ got, want rbac.UserSpec }{
		"user":    {capsule.User("alice"), rbac.UserSpec{Kind: "User", Name: "alice"}},
		"group":   {capsule.Group("oidc:/org/Dev Team"), rbac.UserSpec{Kind: "Group", Name: "oidc:/org/Dev Team"}},
		"account": {capsule.ServiceAccount("ci", "runner"), rbac.UserSpec{Kind: "ServiceAccount", Name: "system:serviceaccount:ci:runner"}},
	}
	for name, test := range tests {
		if test.got != test.want {
			t.Errorf("%s: got %v, want %v", name, test.got, test.want)
		}
		if errs := capsule.ValidateSubject(nil, test.got); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

// Roles that are added to others take none of them away.
func TestClusterRolesAddUp(t *testing.T) {
	owner := tenantOwner.Must(t, capsule.ClusterRoles{"view"}, capsule.ClusterRoles{"edit"}, capsule.ClusterAdmin(true))
	if got, want := owner.Spec.ClusterRoles, []string{"view", "edit", "cluster-admin"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
