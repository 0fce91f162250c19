package capsule_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

func TestTenantOptions(t *testing.T) {
	group := rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "auditors"}
	tests := map[string]struct {
		opts []capsule.TenantOption
		want capsulev1beta2.TenantSpec
	}{
		"none": {},
		"match owners adds up": {
			opts: []capsule.TenantOption{capsule.MatchOwners{"team": "a"}, capsule.MatchOwners{"team": "b"}},
			want: capsulev1beta2.TenantSpec{Permissions: capsulev1beta2.Permissions{MatchOwners: []*metav1.LabelSelector{
				{MatchLabels: map[string]string{"team": "a"}}, {MatchLabels: map[string]string{"team": "b"}},
			}}},
		},
		"namespace quota, the last one counts": {
			opts: []capsule.TenantOption{capsule.NamespaceQuota(3), capsule.NamespaceQuota(5)},
			want: capsulev1beta2.TenantSpec{NamespaceOptions: &capsulev1beta2.NamespaceOptions{Quota: new(int32(5))}},
		},
		"prefix off is not the same as unset": {
			opts: []capsule.TenantOption{capsule.ForceTenantPrefix(false)},
			want: capsulev1beta2.TenantSpec{ForceTenantPrefix: new(false)},
		},
		"flags": {
			opts: []capsule.TenantOption{capsule.ForceTenantPrefix(true), capsule.Cordoned(true), capsule.PreventDeletion(true)},
			want: capsulev1beta2.TenantSpec{ForceTenantPrefix: new(true), Cordoned: true, PreventDeletion: true},
		},
		"node selector adds up": {
			opts: []capsule.TenantOption{capsule.NodeSelector{"pool": "a"}, capsule.NodeSelector{"pool": "b", "disk": "ssd"}},
			want: capsulev1beta2.TenantSpec{NodeSelector: map[string]string{"pool": "b", "disk": "ssd"}},
		},
		"role bindings": {
			opts: []capsule.TenantOption{capsule.AdditionalRoleBinding{ClusterRoleName: "view", Subjects: []rbacv1.Subject{group}}},
			want: capsulev1beta2.TenantSpec{AdditionalRoleBindings: []rbac.AdditionalRoleBindingsSpec{
				{ClusterRoleName: "view", Subjects: []rbacv1.Subject{group}},
			}},
		},
		"rules": {
			opts: []capsule.TenantOption{capsule.Rules{{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"env": "prod"}}}}},
			want: capsulev1beta2.TenantSpec{Rules: []*rules.NamespaceRuleBodyTenant{
				{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"env": "prod"}}},
			}},
		},
		"nil options and functions": {
			opts: []capsule.TenantOption{nil, capsule.TenantFunc(nil)},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			build := func() (*capsulev1beta2.Tenant, error) { return capsule.Tenant("dev-team", test.opts...) }
			tenant, err := build()
			accepted(t, tenant, err, "Tenant")
			test.want.Data = apiextensionsv1.JSON{Raw: []byte("{}")}
			if diff := cmp.Diff(test.want, tenant.Spec); diff != "" {
				t.Errorf("spec differs (-want +got):\n%s", diff)
			}
			independent(t, build)
		})
	}
}

func TestTenantMetadata(t *testing.T) {
	build := func() (*capsulev1beta2.Tenant, error) {
		return capsule.Tenant("dev-team",
			capsule.Labels{"a": "1", "b": "1"}, capsule.Labels{"b": "2"},
			capsule.Annotations{"c": "1"}, capsule.Annotations{"c": "2"})
	}
	tenant, err := build()
	accepted(t, tenant, err, "Tenant")
	want := metav1.ObjectMeta{Name: "dev-team", Labels: map[string]string{"a": "1", "b": "2"}, Annotations: map[string]string{"c": "2"}}
	if diff := cmp.Diff(want, tenant.ObjectMeta); diff != "" {
		t.Errorf("metadata differs (-want +got):\n%s", diff)
	}
	independent(t, build)
}

func TestTenantInvalid(t *testing.T) {
	binding := func(role string, subjects ...rbacv1.Subject) capsule.AdditionalRoleBinding {
		return capsule.AdditionalRoleBinding{ClusterRoleName: role, Subjects: subjects}
	}
	tests := map[string]struct {
		name string
		opts []capsule.TenantOption
		want []fault
	}{
		"no name": {
			want: []fault{{"metadata.name", "Required value: name or generateName is required"}},
		},
		"a name that is no label": {
			name: "dev.team",
			want: []fault{{"metadata.name", `Invalid value: "dev.team": must not contain dots`}},
		},
		"a name of 64 characters": {
			name: strings.Repeat("a", 64),
			want: []fault{{"metadata.name", `Invalid value: "` + strings.Repeat("a", 64) + `": must be no more than 63 characters`}},
		},
		"a label's value": {
			opts: []capsule.TenantOption{capsule.Labels{"team": "a b"}},
			want: []fault{{"metadata.labels", `Invalid value: "a b": a valid label must be`}},
		},
		"owners without a label": {
			opts: []capsule.TenantOption{capsule.MatchOwners{}},
			want: []fault{{"spec.permissions.matchOwners", "Required value: MatchOwners without a label would make an owner of every TenantOwner"}},
		},
		"an empty selector of one's own": {
			opts: []capsule.TenantOption{capsule.TenantFunc(func(tenant *capsulev1beta2.Tenant) error {
				tenant.Spec.Permissions.MatchOwners = []*metav1.LabelSelector{nil, {}}
				return nil
			})},
			want: []fault{
				{"spec.permissions.matchOwners[0]", "Required value: an empty selector makes an owner of every TenantOwner in the cluster"},
				{"spec.permissions.matchOwners[1]", "Required value: an empty selector makes an owner of every TenantOwner in the cluster"},
			},
		},
		"no namespaces": {
			opts: []capsule.TenantOption{capsule.NamespaceQuota(0)},
			want: []fault{{"spec.namespaceOptions.quota", "Invalid value: 0: must be greater than or equal to 1"}},
		},
		"a node selector's key": {
			opts: []capsule.TenantOption{capsule.NodeSelector{"a/b/c": ""}},
			want: []fault{{"spec.nodeSelector", `Invalid value: "a/b/c": a valid label key must consist of`}},
		},
		"cluster-admin": {
			opts: []capsule.TenantOption{binding("cluster-admin", rbacv1.Subject{Kind: "User", Name: "alice"})},
			want: []fault{{"spec.additionalRoleBindings[0].clusterRoleName", "Forbidden: cluster-admin makes its subjects masters of every object in the tenant's namespaces, Capsule's included"}},
		},
		"a binding of nothing to nobody": {
			opts: []capsule.TenantOption{binding("")},
			want: []fault{
				{"spec.additionalRoleBindings[0].clusterRoleName", "Required value"},
				{"spec.additionalRoleBindings[0].subjects", "Required value"},
			},
		},
		"subjects": {
			opts: []capsule.TenantOption{binding("view",
				rbacv1.Subject{Kind: "Robot", Name: "r2d2"},
				rbacv1.Subject{Kind: "User"},
				rbacv1.Subject{Kind: "ServiceAccount", Name: "system:serviceaccount:ci:runner", Namespace: "ci"},
				rbacv1.Subject{Kind: "ServiceAccount", Name: "runner"})},
			want: []fault{
				{"spec.additionalRoleBindings[0].subjects[0].kind", `Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`},
				{"spec.additionalRoleBindings[0].subjects[1].name", "Required value"},
				{"spec.additionalRoleBindings[0].subjects[2].name", `Invalid value: "system:serviceaccount:ci:runner": must be the account's bare name, with its namespace beside it`},
				{"spec.additionalRoleBindings[0].subjects[3].namespace", "Required value"},
			},
		},
		"an inline owner": {
			opts: []capsule.TenantOption{capsule.TenantFunc(func(tenant *capsulev1beta2.Tenant) error {
				tenant.Spec.Owners = rbac.OwnerListSpec{{CoreOwnerSpec: rbac.CoreOwnerSpec{UserSpec: rbac.UserSpec{Kind: "ServiceAccount", Name: "runner"}}}}
				return nil
			})},
			want: []fault{{"spec.owners[0].name", `Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`}},
		},
		"everything at once": {
			name: "Dev",
			opts: []capsule.TenantOption{capsule.NamespaceQuota(-1), binding("view")},
			want: []fault{
				{"metadata.name", `Invalid value: "Dev": a lowercase RFC 1123 subdomain must consist of`},
				{"spec.namespaceOptions.quota", "Invalid value: -1: must be greater than or equal to 1"},
				{"spec.additionalRoleBindings[0].subjects", "Required value"},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.name == "" && name != "no name" {
				test.name = "dev-team"
			}
			tenant, err := capsule.Tenant(test.name, test.opts...)
			refused(t, tenant, err, test.want...)
		})
	}
}

// The error names the object, and what a function returns is not lost in it.
func TestTenantError(t *testing.T) {
	own := errors.New("no such team in the directory")
	_, err := capsule.Tenant("dev-team", capsule.NamespaceQuota(0),
		capsule.TenantFunc(func(*capsulev1beta2.Tenant) error { return own }))
	if !errors.Is(err, own) {
		t.Errorf("error of the function is lost: %v", err)
	}
	if want := `Tenant.capsule.clastix.io "dev-team" is invalid: spec.namespaceOptions.quota: Invalid value: 0`; !strings.Contains(err.Error(), want) {
		t.Errorf("error %q does not say %q", err, want)
	}
}
