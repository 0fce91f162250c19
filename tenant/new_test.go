package tenant_test

import (
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/acl"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestNewKustomization: empty fields become the tenant's.
func TestNewKustomization(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle := tenanttest.Build(t, spec)
			root := bundle.Kustomization
			got, err := bundle.NewKustomization("apps", kustomizev1.KustomizationSpec{
				Path: "./apps", Wait: true, Timeout: &metav1.Duration{Duration: time.Minute}, DependsOn: flux.DependsOn(root),
			})
			if err != nil {
				t.Fatal(err)
			}
			labels := map[string]string{}
			for key, value := range root.Labels {
				if key != tenant.Label {
					labels[key] = value
				}
			}
			if len(labels) == 0 {
				labels = nil
			}
			want := &kustomizev1.Kustomization{
				TypeMeta: root.TypeMeta,
				ObjectMeta: metav1.ObjectMeta{
					Namespace: root.Namespace, Name: "apps", Labels: labels, Annotations: root.Annotations,
				},
				Spec: kustomizev1.KustomizationSpec{
					ServiceAccountName: root.Spec.ServiceAccountName,
					KubeConfig:         root.Spec.KubeConfig,
					SourceRef:          root.Spec.SourceRef,
					Interval:           root.Spec.Interval,
					RetryInterval:      &metav1.Duration{Duration: 30 * time.Second},
					Path:               "./apps",
					Wait:               true,
					Timeout:            &metav1.Duration{Duration: time.Minute},
					DependsOn:          []meta.DependencyReference{{Name: root.Name, Namespace: root.Namespace}},
				},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if faults := schema.Validate(got, tenanttest.Targets()...); len(faults) > 0 {
				t.Error(faults.ToAggregate())
			}
		})
	}
}

// TestNewKinds: every kind comes with the tenant's namespace, labels and shard,
// and without the platform's mark, and can be added to the bundle.
func TestNewKinds(t *testing.T) {
	spec := tenanttest.Specs(t)["proxy-tokenless"]
	spec.Shard, spec.Labels = "shard1", map[string]string{"team": "dev"}
	team := tenanttest.Build(t, spec)
	charts := must(team.NewHelmRepository("charts", sourcev1.HelmRepositorySpec{URL: "https://charts.example.com"}))(t)
	chart := must(team.NewOCIRepository("podinfo", sourcev1.OCIRepositorySpec{
		URL: "oci://ghcr.io/stefanprodan/charts/podinfo", Reference: &sourcev1.OCIRepositoryRef{SemVer: "6.x"},
	}))(t)
	provider := must(team.NewProvider("slack", notificationv1beta3.ProviderSpec{Type: "slack", SecretRef: &meta.LocalObjectReference{Name: "slack"}}))(t)
	image := must(team.NewImageRepository("app", reflectorv1.ImageRepositorySpec{Image: "ghcr.io/org/app"}))(t)
	release := must(team.NewHelmRelease("podinfo", helmv2.HelmReleaseSpec{
		Chart: flux.Chart(charts, "podinfo", "6.x"), TargetNamespace: "dev-team-apps",
	}))(t)
	objects := []client.Object{
		charts, chart, provider, image, release,
		must(team.NewGitRepository("more", sourcev1.GitRepositorySpec{URL: "https://github.com/org/more.git"}))(t),
		must(team.NewHelmChart("podinfo", sourcev1.HelmChartSpec{Chart: "podinfo", SourceRef: sourcev1.LocalHelmChartSourceReference{Kind: "HelmRepository", Name: "charts"}}))(t),
		must(team.NewBucket("bucket", sourcev1.BucketSpec{BucketName: "bucket", Endpoint: "s3.example.com"}))(t),
		must(team.NewKustomization("apps", kustomizev1.KustomizationSpec{}))(t),
		must(team.NewAlert("failures", notificationv1beta3.AlertSpec{
			ProviderRef: meta.LocalObjectReference{Name: provider.Name}, EventSources: flux.EventSources(team.Kustomization), EventSeverity: "error",
		}))(t),
		must(team.NewReceiver("push", notificationv1.ReceiverSpec{
			Type: "github", Resources: flux.ReceiverResources(team.GitRepository), SecretRef: &meta.LocalObjectReference{Name: "webhook"},
		}))(t),
		must(team.NewImagePolicy("app", reflectorv1.ImagePolicySpec{
			ImageRepositoryRef: flux.ImageRepositoryRef(image), Policy: reflectorv1.ImagePolicyChoice{SemVer: &reflectorv1.SemVerPolicy{Range: "1.x"}},
		}))(t),
		must(team.NewImageUpdateAutomation("app", automationv1.ImageUpdateAutomationSpec{
			GitSpec: &automationv1.GitSpec{Commit: automationv1.CommitSpec{Author: automationv1.CommitUser{Email: "flux@example.com"}}},
		}))(t),
	}
	labels := map[string]string{"team": "dev", flux.ShardKey: "shard1"}
	for _, obj := range objects {
		if obj.GetNamespace() != "dev-team" {
			t.Errorf("%T is in namespace %q", obj, obj.GetNamespace())
		}
		if diff := cmp.Diff(labels, obj.GetLabels()); diff != "" {
			t.Errorf("labels of %T (-want +got):\n%s", obj, diff)
		}
		if faults := schema.Validate(obj, tenanttest.Targets()...); len(faults) > 0 {
			t.Errorf("%T: %v", obj, faults.ToAggregate())
		}
	}
	if release.Spec.ServiceAccountName != "gitops-reconciler" || release.Spec.KubeConfig == nil || release.Spec.StorageNamespace != "dev-team-apps" {
		t.Errorf("the HelmRelease does not have the tenant's account and access: %+v", release.Spec)
	}
	if got := release.Spec.Chart.ObjectMeta.Labels[flux.ShardKey]; got != "shard1" {
		t.Errorf("the HelmChart of the HelmRelease is in shard %q", got)
	}
	if err := team.Add(objects...); err != nil {
		t.Fatal(err)
	}
	if err := team.Validate(); err != nil {
		t.Error(err)
	}
}

// TestNewLeaves: each of these takes an object out of the tenant.
func TestNewLeaves(t *testing.T) {
	team := tenanttest.Build(t, tenanttest.Smallest())
	git := func(spec sourcev1.GitRepositorySpec) error { return second(team.NewGitRepository("x", spec)) }
	oci := func(spec sourcev1.OCIRepositorySpec) error { return second(team.NewOCIRepository("x", spec)) }
	helm := func(spec sourcev1.HelmRepositorySpec) error { return second(team.NewHelmRepository("x", spec)) }
	ks := func(spec kustomizev1.KustomizationSpec) error { return second(team.NewKustomization("x", spec)) }
	release := func(change func(*helmv2.HelmReleaseSpec)) error {
		spec := helmv2.HelmReleaseSpec{ChartRef: &helmv2.CrossNamespaceSourceReference{Kind: "HelmChart", Name: "x"}, TargetNamespace: "dev-team-apps"}
		change(&spec)
		return second(team.NewHelmRelease("x", spec))
	}
	const foreign = "flux-system"
	dependency := []meta.DependencyReference{{Name: "x", Namespace: foreign}}
	tests := map[string]struct {
		err  error
		want []string
	}{
		"another account":     {ks(kustomizev1.KustomizationSpec{ServiceAccountName: "admin"}), []string{`spec.serviceAccountName: Invalid value: "admin"`}},
		"another access":      {ks(kustomizev1.KustomizationSpec{KubeConfig: &meta.KubeConfigReference{SecretRef: &meta.SecretKeyReference{Name: "mine"}}}), []string{"spec.kubeConfig: Forbidden"}},
		"foreign source":      {ks(kustomizev1.KustomizationSpec{SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "x", Namespace: foreign}}), []string{`spec.sourceRef.namespace: Invalid value: "flux-system"`}},
		"foreign dependency":  {ks(kustomizev1.KustomizationSpec{DependsOn: dependency}), []string{`spec.dependsOn[0].namespace: Invalid value: "flux-system"`}},
		"platform as target":  {ks(kustomizev1.KustomizationSpec{TargetNamespace: "kube-system"}), []string{`spec.targetNamespace: Invalid value: "kube-system"`}},
		"controller decrypts": {ks(kustomizev1.KustomizationSpec{Decryption: &kustomizev1.Decryption{Provider: "sops"}}), []string{"spec.decryption"}},
		"expression": {ks(kustomizev1.KustomizationSpec{DependsOn: []meta.DependencyReference{{Name: "x", ReadyExpr: "dep.status."}}, Path: "../x"}),
			[]string{"spec.dependsOn[0].readyExpr: Invalid value", "spec.path: "}},
		"with the kind's own fault": {ks(kustomizev1.KustomizationSpec{ServiceAccountName: "admin", Path: "../x"}), []string{"spec.serviceAccountName: ", "spec.path: "}},
		"release: account":          {release(func(s *helmv2.HelmReleaseSpec) { s.ServiceAccountName = "admin" }), []string{"spec.serviceAccountName: "}},
		"release: foreign chart":    {release(func(s *helmv2.HelmReleaseSpec) { s.ChartRef.Namespace = foreign }), []string{"spec.chartRef.namespace: "}},
		"release: foreign source": {release(func(s *helmv2.HelmReleaseSpec) {
			s.ChartRef = nil
			s.Chart = flux.Chart(&sourcev1.HelmRepository{ObjectMeta: metav1.ObjectMeta{Namespace: foreign, Name: "x"}}, "x", "")
		}), []string{"spec.chart.spec.sourceRef.namespace: "}},
		"release: foreign dependency": {release(func(s *helmv2.HelmReleaseSpec) { s.DependsOn = dependency }), []string{"spec.dependsOn[0].namespace: "}},
		"release: no target":          {release(func(s *helmv2.HelmReleaseSpec) { s.TargetNamespace = "" }), []string{"spec.targetNamespace: "}},
		"release: platform":           {release(func(s *helmv2.HelmReleaseSpec) { s.TargetNamespace = foreign }), []string{"spec.targetNamespace: ", "spec.storageNamespace: "}},
		"git over http":               {git(sourcev1.GitRepositorySpec{URL: "http://git.example.com/x"}), []string{"spec.url: Forbidden"}},
		"controller's cloud identity": {oci(sourcev1.OCIRepositorySpec{URL: "oci://x.example.com/x", Provider: "aws"}), []string{"spec.serviceAccountName: Required"}},
		"insecure registry":           {oci(sourcev1.OCIRepositorySpec{URL: "oci://x.example.com/x", Insecure: true}), []string{"spec.insecure: Forbidden"}},
		"insecure bucket":             {second(team.NewBucket("x", sourcev1.BucketSpec{BucketName: "x", Endpoint: "x.example.com", Insecure: true})), []string{"spec.insecure: Forbidden"}},
		"charts over http":            {helm(sourcev1.HelmRepositorySpec{URL: "http://charts.example.com"}), []string{"spec.url: Forbidden"}},
		"charts for others": {helm(sourcev1.HelmRepositorySpec{
			URL: "https://charts.example.com", PassCredentials: true, AccessFrom: &acl.AccessFrom{NamespaceSelectors: []acl.NamespaceSelector{{}}},
		}), []string{"spec.accessFrom: Forbidden", "spec.passCredentials: Forbidden"}},
		"foreign events": {second(team.NewAlert("x", notificationv1beta3.AlertSpec{
			ProviderRef: meta.LocalObjectReference{Name: "x"}, EventSources: []notificationv1.CrossNamespaceObjectReference{{Kind: "Kustomization", Name: "*", Namespace: foreign}},
		})), []string{"spec.eventSources[0].namespace: "}},
		"foreign wake-up": {second(team.NewReceiver("x", notificationv1.ReceiverSpec{
			Type: "github", SecretRef: &meta.LocalObjectReference{Name: "x"},
			Resources: flux.ReceiverResources(&sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: foreign, Name: "x"}}),
		})), []string{"spec.resources[0].namespace: "}},
		"foreign images": {second(team.NewImagePolicy("x", reflectorv1.ImagePolicySpec{
			ImageRepositoryRef: meta.NamespacedObjectReference{Name: "x", Namespace: foreign}, Policy: reflectorv1.ImagePolicyChoice{SemVer: &reflectorv1.SemVerPolicy{Range: "1.x"}},
		})), []string{"spec.imageRepositoryRef.namespace: "}},
		"alerts over http": {second(team.NewProvider("x", notificationv1beta3.ProviderSpec{Type: "generic", Address: "http://x.example.com"})), []string{"spec.address: Forbidden"}},
		"the bundle's own Kustomization": {second(team.NewKustomization("dev-team", kustomizev1.KustomizationSpec{})),
			[]string{`metadata.name: Duplicate value: "dev-team": the bundle has an object of this kind and name`}},
		"the bundle's own source": {second(team.NewGitRepository("dev-team", sourcev1.GitRepositorySpec{URL: "https://github.com/org/x"})), []string{"metadata.name: Duplicate value"}},
		"automation of an image":  {second(tenanttest.Build(t, tenant.Spec{Name: "oci", OCI: tenant.OCI{URL: "oci://ghcr.io/org/x"}}).NewImageUpdateAutomation("x", automationv1.ImageUpdateAutomationSpec{})), []string{"spec.sourceRef.kind: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { invalid(t, test.err, test.want...) })
	}
}

// TestHomeWorkloads: with them a HelmRelease may be installed into the home.
func TestHomeWorkloads(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.HomeWorkloads = true
	release := helmv2.HelmReleaseSpec{ChartRef: &helmv2.CrossNamespaceSourceReference{Kind: "HelmChart", Name: "x"}}
	if _, err := tenanttest.Build(t, spec).NewHelmRelease("x", release); err != nil {
		t.Error(err)
	}
}

// invalid checks that an error satisfies IsInvalid and says all of these.
func invalid(t *testing.T, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if !apierrors.IsInvalid(err) {
		t.Errorf("apierrors.IsInvalid is false for: %v", err)
	}
	for _, text := range want {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error lacks %q: %v", text, err)
		}
	}
}

// must returns the value of a call that must not fail.
func must[T any](value T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func second[T any](_ T, err error) error { return err }
