package tenant_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestHomeRole: it allows no object that Capsule's rules would have to limit, no way
// for the tenant to get more rights, and no status.
func TestHomeRole(t *testing.T) {
	role := tenant.HomeRole()
	golden.Compare(t, "testdata/home-role.golden", tenanttest.Write(t, []runtime.Object{role}))
	for _, rule := range role.Rules {
		for _, resource := range rule.Resources {
			if slices.Contains([]string{"pods", "services", "persistentvolumeclaims", "serviceaccounts/token", rbacv1.ResourceAll}, resource) {
				t.Errorf("the role allows %s", resource)
			}
		}
		if writes := slices.Contains(rule.Verbs, "create"); writes && slices.Contains(rule.Resources, "serviceaccounts") {
			t.Error("the role allows to make accounts")
		}
	}
	tenant.HomeRole().Rules[0].Verbs[0] = "*"
	if again := tenant.HomeRole(); again.Rules[0].Verbs[0] != role.Rules[0].Verbs[0] {
		t.Error("two roles share memory")
	}
}

func TestHomeQuota(t *testing.T) {
	zero := func(names ...string) map[string]string {
		want := map[string]string{}
		for _, name := range names {
			want[name] = "0"
		}
		return want
	}
	tests := map[string]struct {
		spec    func(*tenant.Spec)
		want    map[string]string
		without []corev1.ResourceName
	}{
		"default": {func(*tenant.Spec) {}, zero("pods", "services", "persistentvolumeclaims", "count/ingresses.networking.k8s.io"), nil},
		"workloads": {func(s *tenant.Spec) { s.HomeWorkloads = true },
			zero("services.nodeports", "services.loadbalancers", "persistentvolumeclaims", "count/ingresses.networking.k8s.io"),
			[]corev1.ResourceName{"pods", "services"}},
		"the bundle's own are not counted": {func(s *tenant.Spec) {
			s.Quota.FluxInHome = tenant.FluxObjects{Kustomizations: new(int32(0)), Others: new(int32(5))}
		}, map[string]string{
			"count/kustomizations.kustomize.toolkit.fluxcd.io": "1", "count/helmreleases.helm.toolkit.fluxcd.io": "15",
			"count/gitrepositories.source.toolkit.fluxcd.io": "6", "count/ocirepositories.source.toolkit.fluxcd.io": "5",
		}, nil},
		"files of the home": {func(*tenant.Spec) {}, map[string]string{"configmaps": "50", "secrets": "140"}, nil},
		"Secrets for more releases": {func(s *tenant.Spec) { s.Quota.FluxInHome.HelmReleases = new(int32(100)) },
			map[string]string{"configmaps": "50", "secrets": "650"}, nil},
		"no overflow": {func(s *tenant.Spec) { s.Quota.FluxInHome.HelmReleases = new(int32(math.MaxInt32)) }, map[string]string{"secrets": "1073741870"}, nil},
		"files of the home, by the spec": {func(s *tenant.Spec) { s.Quota.ConfigMapsInHome, s.Quota.SecretsInHome = new(int32(3)), new(int32(0)) },
			map[string]string{"configmaps": "3", "secrets": "0"}, nil},
		"of an image": {func(s *tenant.Spec) { s.Git, s.OCI = tenant.Git{}, tenant.OCI{URL: "oci://ghcr.io/org/x"} }, map[string]string{
			"count/gitrepositories.source.toolkit.fluxcd.io": "30", "count/ocirepositories.source.toolkit.fluxcd.io": "31",
		}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			spec := tenanttest.Smallest()
			test.spec(&spec)
			hard := tenanttest.Build(t, spec).HomeQuota.Spec.Hard
			for resource, want := range test.want {
				if got, ok := hard[corev1.ResourceName(resource)]; !ok || got.String() != want {
					t.Errorf("%s is %q, want %q", resource, got.String(), want)
				}
			}
			for _, resource := range test.without {
				if got, ok := hard[resource]; ok {
					t.Errorf("%s is %q, want no limit", resource, got.String())
				}
			}
		})
	}
}

// TestQuarantine: with any other field set, nothing is reconciled and the tenant can
// change nothing.
func TestQuarantine(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			spec.Quarantine = true
			bundle := tenanttest.Build(t, spec)
			if !bundle.Kustomization.Spec.Suspend || bundle.Kustomization.Labels[flux.ShardKey] != "quarantine" {
				t.Errorf("the Kustomization is reconciled: %v, %+v", bundle.Kustomization.Labels, bundle.Kustomization.Spec)
			}
			if bundle.HomeRoleBinding != nil {
				t.Error("the reconciler has a role in its home")
			}
			if !bundle.Tenant.Spec.Cordoned {
				t.Error("the tenant's namespaces are not cordoned")
			}
			if quota := bundle.HomeQuota.Spec.Hard["count/helmreleases.helm.toolkit.fluxcd.io"]; !quota.IsZero() {
				t.Errorf("the home may have %s HelmReleases", quota.String())
			}
		})
	}
}

// TestContainerDefaults: limits of the spec do not remove the profile's defaults,
// without which a quota refuses every pod without its own.
func TestContainerDefaults(t *testing.T) {
	for name, test := range map[string]struct{ items, want string }{
		"none": {`[]`, `[{type: Container, default: {cpu: "1", memory: 512Mi}, defaultRequest: {cpu: 100m, memory: 128Mi}}]`},
		"of claims": {`[{type: PersistentVolumeClaim, max: {storage: 1Gi}}]`,
			`[{type: PersistentVolumeClaim, max: {storage: 1Gi}}, {type: Container, default: {cpu: "1", memory: 512Mi}, defaultRequest: {cpu: 100m, memory: 128Mi}}]`},
		"of CPU alone": {`[{type: Container, max: {cpu: "2"}}]`,
			`[{type: Container, max: {cpu: "2"}, default: {memory: 512Mi}, defaultRequest: {memory: 128Mi}}]`},
		"requests alone": {`[{type: Container, defaultRequest: {cpu: "2", memory: 64Mi}}]`,
			`[{type: Container, default: {cpu: "2", memory: 512Mi}, defaultRequest: {cpu: "2", memory: 64Mi}}]`},
		"least and ratio": {`[{type: Container, min: {cpu: 500m, memory: 1Gi}, maxLimitRequestRatio: {memory: "2"}}]`,
			`[{type: Container, min: {cpu: 500m, memory: 1Gi}, maxLimitRequestRatio: {memory: "2"}, default: {cpu: "1", memory: 1Gi}, defaultRequest: {cpu: 500m}}]`},
		"of pods": {`[{type: Pod, max: {cpu: 500m, memory: 64Mi}}]`,
			`[{type: Pod, max: {cpu: 500m, memory: 64Mi}}, {type: Container, default: {cpu: 500m, memory: 64Mi}, defaultRequest: {cpu: 100m, memory: 64Mi}}]`},
		"all of it": {`[{type: Container, default: {cpu: "2", memory: 1Gi}}]`, `[{type: Container, default: {cpu: "2", memory: 1Gi}}]`},
	} {
		t.Run(name, func(t *testing.T) {
			items, want := limits(t, test.items), limits(t, test.want)
			spec := tenanttest.Smallest()
			spec.Isolation.LimitRange = items
			if diff := cmp.Diff(want, limitRange(t, spec).Spec.Limits, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if len(items) == 0 {
				return
			}
			spec.Isolation.Profile = tenant.NoProfile
			if diff := cmp.Diff(items, limitRange(t, spec).Spec.Limits); diff != "" {
				t.Errorf("without a profile: %s", diff)
			}
		})
	}
}

func limits(t *testing.T, text string) []corev1.LimitRangeItem {
	t.Helper()
	var items []corev1.LimitRangeItem
	if err := yaml.UnmarshalStrict([]byte(text), &items); err != nil {
		t.Fatal(err)
	}
	return items
}

// limitRange returns the LimitRange of the tenant's namespaces.
func limitRange(t *testing.T, spec tenant.Spec) corev1.LimitRange {
	t.Helper()
	var object corev1.LimitRange
	if err := yaml.Unmarshal(tenanttest.Build(t, spec).Isolation.Spec.Resources[0].RawItems[0].Raw, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// TestHomeQuotaCountsEveryFluxKind: a tenant could have any number of a kind that is
// not counted.
func TestHomeQuotaCountsEveryFluxKind(t *testing.T) {
	hard := tenanttest.Build(t, tenanttest.Smallest()).HomeQuota.Spec.Hard
	scheme := runtime.NewScheme()
	if err := flux.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	kinds := []schema.GroupVersionKind{{Group: "source.extensions.fluxcd.io", Kind: "ArtifactGenerator"}}
	for gvk := range scheme.AllKnownTypes() {
		if strings.HasSuffix(gvk.Group, ".toolkit.fluxcd.io") && scheme.Recognizes(gvk.GroupVersion().WithKind(gvk.Kind+"List")) {
			kinds = append(kinds, gvk)
		}
	}
	if len(kinds) < 15 {
		t.Fatalf("only %d kinds", len(kinds))
	}
	for _, kind := range kinds {
		resource, _ := meta.UnsafeGuessKindToResource(kind)
		name := corev1.ResourceName("count/" + resource.GroupResource().String())
		if _, ok := hard[name]; !ok {
			t.Errorf("the quota does not have %s", name)
		}
	}
}
