package tenant_test

import (
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestPolicySpec checks the spec; internal/policy tests what the policies refuse.
func TestPolicySpec(t *testing.T) {
	for name, test := range map[string]struct {
		spec tenant.PolicySpec
		want string
	}{
		"everybody":      {tenant.PolicySpec{Groups: []string{"ops", "system:authenticated"}}, "groups[1]: Forbidden: system:authenticated includes every tenant"},
		"nobody":         {tenant.PolicySpec{Users: []string{""}}, "users[0]: Required value"},
		"control":        {tenant.PolicySpec{Users: []string{"a\nb"}}, `users[0]: Invalid value: "a\nb": must consist of printable characters`},
		"flux namespace": {tenant.PolicySpec{FluxNamespace: "a.b"}, `fluxNamespace: Invalid value: "a.b"`},
		"flux version":   {tenant.PolicySpec{FluxVersion: "1.42"}, `fluxVersion: Unsupported value: "1.42": supported values: "2.7", "2.8", "2.9", "2.10"`},
		"namespace":      {tenant.PolicySpec{PlatformNamespaces: []string{"a'b"}}, `platformNamespaces[0]: Invalid value: "a'b"`},
	} {
		t.Run(name, func(t *testing.T) {
			policies, err := tenant.AdmissionPolicies(test.spec)
			if policies != nil || !apierrors.IsInvalid(err) {
				t.Fatalf("%v, %v", policies, err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v\ndoes not say %q", err, test.want)
			}
		})
	}
}

// TestAdmissionPolicies: the names, which tools and people refer to, stay the same.
func TestAdmissionPolicies(t *testing.T) {
	policies, err := tenant.AdmissionPolicies(tenant.PolicySpec{Users: []string{`o"neil`}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, policy := range policies {
		names = append(names, policy.Name())
	}
	want := []string{
		"fluxcapsule-tenant-references", "fluxcapsule-tenant-identities", "fluxcapsule-tenant-sources", "fluxcapsule-tenant-times",
		"fluxcapsule-platform-objects", "fluxcapsule-flux-status", "fluxcapsule-flux-finalizers", "fluxcapsule-tenant-shards",
		"fluxcapsule-home-not-capsules", "fluxcapsule-bundle-not-in-capsules",
		"fluxcapsule-home-tokens", "fluxcapsule-tenant-pods",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

// TestBundlePassesAdmissionPolicies: the platform may apply the objects of this
// package.
func TestBundlePassesAdmissionPolicies(t *testing.T) {
	strictest, lenient := plane(t, tenant.PolicySpec{}), plane(t, tenant.PolicySpec{AllowInsecure: true, AllowSecretDecryption: true})
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			policies := strictest
			if spec.AllowInsecure || spec.AllowSecretDecryption {
				policies = lenient
			}
			team := tenanttest.Build(t, spec)
			for _, obj := range team.Objects() {
				content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(obj)
				if err != nil {
					t.Fatal(err)
				}
				request := policytest.Request{
					User: "system:serviceaccount:flux-system:kustomize-controller", Groups: "system:serviceaccounts:flux-system",
					New: &unstructured.Unstructured{Object: content}, Namespace: team.Namespace.Labels,
				}
				for _, refusal := range policies.Refused(t, request) {
					t.Errorf("%T: %s", obj, refusal)
				}
			}
		})
	}
}

// TestShardPassesAdmissionPolicies: a tenant may make objects in its own shard, and
// in no other.
func TestShardPassesAdmissionPolicies(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Shard = "gold"
	team := tenanttest.Build(t, spec)
	jobs, err := team.NewKustomization("jobs", kustomizev1.KustomizationSpec{Path: "./jobs", Timeout: &metav1.Duration{Duration: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	policies := plane(t, tenant.PolicySpec{})
	for shard, want := range map[string]int{"gold": 0, "silver": 1} {
		flux.Shard(jobs, shard)
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(jobs)
		if err != nil {
			t.Fatal(err)
		}
		request := policytest.Request{New: &unstructured.Unstructured{Object: content}, Namespace: team.Namespace.Labels}
		if got := policies.Refused(t, request); len(got) != want {
			t.Errorf("in shard %s the refusals are %q, want %d", shard, got, want)
		}
	}
}

func plane(t *testing.T, spec tenant.PolicySpec) *policytest.Plane {
	t.Helper()
	policies, err := tenant.AdmissionPolicies(spec)
	if err != nil {
		t.Fatal(err)
	}
	var objs []client.Object
	for _, policy := range policies {
		objs = append(objs, policy.Objects()...)
	}
	return policytest.New(t, objs)
}
