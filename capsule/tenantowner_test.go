package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var tenantOwner = buildtest.Kind[*capsulev1beta2.TenantOwner]{
	Build: func(owner *capsulev1beta2.TenantOwner) (*capsulev1beta2.TenantOwner, error) {
		return capsule.TenantOwner(owner.ObjectMeta, owner.Spec)
	},
	Validate: validated[*capsulev1beta2.TenantOwner],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.TenantOwner{
		ObjectMeta: metav1.ObjectMeta{Name: "dev-team"},
		Spec:       capsulev1beta2.TenantOwnerSpec{CoreOwnerSpec: rbac.CoreOwnerSpec{UserSpec: capsule.User("alice")}},
	},
	Accepts: []string{
		`metadata: {labels: {projectcapsule.dev/tenant: dev-team}, annotations: {contact: alice}}`,
		`spec: {aggregate: false}`,
		`spec: {clusterRoles: [admin, "org:deployer"]}`,
		`spec: {kind: Group, name: "oidc:/org/Dev Team"}`,
		`spec: {kind: ServiceAccount, name: "system:serviceaccount:ci:runner"}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "name",
			Change: `metadata: {name: Dev}`,
			Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:   "nobody",
			Change: `spec: {kind: "", name: ""}`,
			Faults: []string{"spec.kind: Required value", "spec.name: Required value"},
		},
		{
			Name:   "an unknown kind",
			Change: `spec: {kind: Robot, name: r2d2}`,
			Faults: []string{`spec.kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`},
		},
		{
			Name:     "a bare account",
			Change:   `spec: {kind: ServiceAccount, name: runner}`,
			Faults:   []string{`spec.name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account without a namespace",
			Change:   `spec: {kind: ServiceAccount, name: "system:serviceaccount::runner"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount::runner": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account without a name",
			Change:   `spec: {kind: ServiceAccount, name: "system:serviceaccount:ci:"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:": must have the form system:serviceaccount:<namespace>:<name>`},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an account of an impossible namespace",
			Change:   `spec: {kind: ServiceAccount, name: "system:serviceaccount:CI:runner"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:CI:runner": namespace "CI": ` + notLabel},
			Stricter: webhookRefuses,
		},
		{
			Name:     "an impossible account",
			Change:   `spec: {kind: ServiceAccount, name: "system:serviceaccount:ci:run:ner"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:run:ner": name "run:ner": ` + notSubdomain},
			Stricter: webhookRefuses,
		},
		{
			Name:     "every account of a namespace",
			Change:   `spec: {kind: Group, name: "system:serviceaccounts:ci"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccounts:ci": ` + notKubernetes},
			Stricter: widens,
		},
		{
			Name:     "everybody",
			Change:   `spec: {kind: Group, name: "system:authenticated"}`,
			Faults:   []string{`spec.name: Forbidden: system:authenticated` + notEverybody},
			Stricter: widens,
		},
		{
			Name:     "an account as a user",
			Change:   `spec: {kind: User, name: "system:serviceaccount:ci:runner"}`,
			Faults:   []string{`spec.name: Invalid value: "system:serviceaccount:ci:runner": ` + notKubernetes},
			Stricter: "the role bindings that Capsule makes of it name a user, which is the account only by chance",
		},
		{
			Name:     "cluster-admin",
			Change:   `spec: {clusterRoles: [admin, cluster-admin]}`,
			Faults:   []string{"spec.clusterRoles[1]: " + notClusterAdmin},
			Stricter: widens,
		},
		{
			Name:     "impossible roles",
			Change:   `spec: {clusterRoles: ["", a/b]}`,
			Faults:   []string{"spec.clusterRoles[0]: Required value", `spec.clusterRoles[1]: Invalid value: "a/b": may not contain '/'`},
			Stricter: failsLater,
		},
	},
}

func TestTenantOwner(t *testing.T) { tenantOwner.Test(t) }

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
		owner := tenantOwner.Changed(t, "")
		owner.Spec.UserSpec = test.got
		if _, err := tenantOwner.Build(owner); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
