package capsule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

func TestValidateWhatIsNoneOfOurs(t *testing.T) {
	gateway := &unstructured.Unstructured{}
	gateway.SetAPIVersion("gateway.networking.k8s.io/v1")
	gateway.SetKind("Gateway")
	broken := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "capsule.clastix.io/v1beta2", "kind": "Tenant", "spec": map[string]any{"rules": "none"},
	}}
	var none *unstructured.Unstructured
	for name, obj := range map[string]runtime.Object{
		"nil":                      nil,
		"a nil Tenant":             (*capsulev1beta2.Tenant)(nil),
		"nil, unstructured":        none,
		"nothing, unstructured":    &unstructured.Unstructured{},
		"a Pod":                    &corev1.Pod{},
		"a list":                   &capsulev1beta2.TenantList{},
		"a Gateway":                gateway,
		"a spec of another type":   broken,
		"a kind without a builder": &capsulev1beta2.QuantityLedger{},
	} {
		if err := capsule.Validate(obj); !apierrors.IsInvalid(err) {
			t.Errorf("%s: got %v, want an Invalid error", name, err)
		}
	}
}

// An object that was read with a typed client has no TypeMeta.
func TestValidateTypeMeta(t *testing.T) {
	owner := tenantOwner.Changed(t, "")
	if err := capsule.Validate(owner); err != nil {
		t.Errorf("without a TypeMeta: %v", err)
	}
	owner.Kind = "Tenant"
	want := []string{`kind: Invalid value: "/, Kind=Tenant": must be capsule.clastix.io/v1beta2, Kind=TenantOwner for a *v1beta2.TenantOwner`}
	if diff := cmp.Diff(want, buildtest.Faults(capsule.Validate(owner))); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestValidateUnstructured(t *testing.T) {
	built, err := tenant.Build(tenant.Changed(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	object, err := capsule.ForbidOwnerPromotion(built)
	if err != nil {
		t.Fatal(err)
	}
	if err := capsule.Validate(object); err != nil {
		t.Error(err)
	}
	object.SetName("dev.team")
	if err := capsule.Validate(object); !apierrors.IsInvalid(err) {
		t.Errorf("got %v, want an Invalid error", err)
	}
}

// Validate requires the fields that a constructor fills in.
func TestValidateWithoutDefaults(t *testing.T) {
	config, err := configuration.Build(configuration.Changed(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	config.Spec.NodeMetadata, config.Spec.RBAC, config.Spec.CacheInvalidation.Duration = nil, nil, 0
	classes := tenant.Changed(t, `spec: {runtimeClasses: {default: gvisor}, deviceClasses: {allowed: [gpu]}}`)
	replication := globalTenantResource.Changed(t, "")
	for _, test := range []struct {
		obj  runtime.Object
		want []string
	}{
		{config, []string{
			"spec.nodeMetadata: Required value: Capsule's webhook panics without it",
			"spec.rbac: Required value",
			`spec.cacheInvalidation: Invalid value: "0s": must be greater than 0s`,
		}},
		{classes, []string{
			"spec.runtimeClasses: Required value: Capsule takes an empty selector here for one that matches every class",
			"spec.deviceClasses: Required value: Capsule takes an empty selector here for one that matches every class",
		}},
		{replication, []string{
			"spec.scope: Required value",
			`spec.resyncPeriod: Invalid value: "0s": must be greater than 0s`,
		}},
	} {
		if diff := cmp.Diff(test.want, buildtest.Faults(capsule.Validate(test.obj))); diff != "" {
			t.Errorf("%T: faults (-want +got):\n%s", test.obj, diff)
		}
	}
}

// An allowance accepts its input, and no other allowance does.
func TestAllowances(t *testing.T) {
	all := []capsule.Allowance{capsule.AllowAsController, capsule.AllowClusterAdmin, capsule.AllowClusterWide, capsule.AllowEverybody, capsule.AllowEveryTenant}
	everybody := `{kind: Group, name: "system:authenticated"}`
	for _, test := range []struct {
		obj  buildtest.Object
		want capsule.Allowance
	}{
		{globalTenantResource.Changed(t, `spec: {serviceAccount: null, resyncPeriod: 1m, scope: Namespace}`), capsule.AllowAsController},
		{tenantResource.Changed(t, `spec: {serviceAccount: null, resyncPeriod: 1m}`), capsule.AllowAsController},
		{globalTenantResource.Changed(t, `spec: {tenantSelector: null, resyncPeriod: 1m, scope: Namespace}`), capsule.AllowEveryTenant},
		{globalCustomQuota.Changed(t, `spec: {namespaceSelectors: null}`), capsule.AllowClusterWide},
		{tenantOwner.Changed(t, `spec: {clusterRoles: [cluster-admin]}`), capsule.AllowClusterAdmin},
		{tenantOwner.Changed(t, `spec: `+everybody), capsule.AllowEverybody},
		{tenant.Changed(t, `spec: {additionalRoleBindings: [{clusterRoleName: cluster-admin, subjects: `+auditors+`}]}`), capsule.AllowClusterAdmin},
		{tenant.Changed(t, `spec: {additionalRoleBindings: [{clusterRoleName: view, subjects: [`+everybody+`]}]}`), capsule.AllowEverybody},
		{tenant.Changed(t, `spec: {rules: [{permissions: {promotions: [{clusterRoles: [cluster-admin]}]}}]}`), capsule.AllowClusterAdmin},
		{tenant.Changed(t, `spec: {owners: [`+everybody+`]}`), capsule.AllowEverybody},
		{configuration.Changed(t, `spec: {nodeMetadata: {}, rbac: {}, cacheInvalidation: 1h, administrators: [`+everybody+`]}`), capsule.AllowEverybody},
		{configuration.Changed(t, `spec: {nodeMetadata: {}, rbac: {administrationClusterRoles: [cluster-admin]}, cacheInvalidation: 1h}`), capsule.AllowClusterAdmin},
		{globalProxySettings.Changed(t, `spec: {rules: [{subjects: [`+everybody+`]}]}`), capsule.AllowEverybody},
	} {
		for _, allowance := range all {
			if err := capsule.Validate(test.obj, allowance); (err == nil) != (allowance == test.want) {
				t.Errorf("%T with %s: got error %v, want it allowed by %s", test.obj, allowance, err, test.want)
			}
		}
	}
}
