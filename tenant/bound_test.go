package tenant_test

import (
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/acl"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestNewKustomization: a nested Kustomization is the root one but for its name
// and what the options say.
func TestNewKustomization(t *testing.T) {
	for name, spec := range tenanttest.Specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle, err := tenant.Build(spec)
			if err != nil {
				t.Fatal(err)
			}
			root := bundle.Kustomization
			got, err := bundle.NewKustomization("apps", flux.Path("./apps"), flux.Wait(true), flux.DependsOn(root), flux.Timeout(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			want := &kustomizev1.Kustomization{
				TypeMeta: root.TypeMeta,
				ObjectMeta: metav1.ObjectMeta{
					Namespace: root.Namespace, Name: "apps", Labels: root.Labels, Annotations: root.Annotations,
				},
				Spec: kustomizev1.KustomizationSpec{
					ServiceAccountName: root.Spec.ServiceAccountName,
					KubeConfig:         root.Spec.KubeConfig,
					SourceRef:          root.Spec.SourceRef,
					Interval:           root.Spec.Interval,
					RetryInterval:      root.Spec.RetryInterval,
					Prune:              true,
					Path:               "./apps",
					Wait:               true,
					Timeout:            &metav1.Duration{Duration: time.Minute},
					DependsOn:          []meta.DependencyReference{{Name: root.Name}},
				},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if faults := crd.Validate(got); len(faults) > 0 {
				t.Error(faults.ToAggregate())
			}
		})
	}
}

// TestBoundKinds: every kind comes with the tenant's namespace and labels, and
// what the plain builder makes of the rest.
func TestBoundKinds(t *testing.T) {
	team := tenanttest.Build(t, tenanttest.Specs(t)["proxy-tokenless"])
	chart := must(team.NewOCIRepository("podinfo", "oci://ghcr.io/stefanprodan/charts/podinfo", flux.SemVer("6.x")))(t)
	provider := must(team.NewProvider("slack", "slack", flux.SecretRef("slack")))(t)
	image := must(team.NewImageRepository("app", "ghcr.io/org/app"))(t)
	objects := []client.Object{
		chart, provider, image,
		must(team.NewGitRepository("more", "https://github.com/org/more.git"))(t),
		must(team.NewHelmRepository("charts", "https://charts.example.com"))(t),
		must(team.NewBucket("bucket", "bucket", "s3.example.com"))(t),
		must(team.NewHelmRelease("podinfo", flux.From(chart), flux.TargetNamespace("dev-team-apps")))(t),
		must(team.NewAlert("failures", provider, flux.Objects(team.Kustomization), flux.Severity("error")))(t),
		must(team.NewReceiver("push", "github", flux.Objects(team.GitRepository), flux.SecretRef("webhook")))(t),
		must(team.NewImagePolicy("app", image, flux.SemVer("1.x")))(t),
		must(team.NewImageUpdateAutomation("app", flux.Author{Email: "flux@example.com"}))(t),
	}
	for _, obj := range objects {
		if obj.GetNamespace() != "dev-team" || obj.GetLabels()[tenant.Label] != "dev-team" {
			t.Errorf("%T is in namespace %q with labels %v", obj, obj.GetNamespace(), obj.GetLabels())
		}
		if faults := crd.Validate(obj); len(faults) > 0 {
			t.Errorf("%T: %v", obj, faults.ToAggregate())
		}
		if err := team.Check(obj); err != nil {
			t.Errorf("Check of what was built: %v", err)
		}
	}
	release := objects[6].(*helmv2.HelmRelease)
	if release.Spec.ServiceAccountName != "gitops-reconciler" || release.Spec.KubeConfig == nil || release.Spec.StorageNamespace != "dev-team-apps" {
		t.Errorf("the HelmRelease is not bound to the tenant's account and access: %+v", release.Spec)
	}
}

// TestCheck: each of these takes an object out of the tenant.
func TestCheck(t *testing.T) {
	team := tenanttest.Build(t, tenanttest.Smallest())
	elsewhere := metav1.ObjectMeta{Namespace: "flux-system", Name: "flux-system"}
	repo, ks := &sourcev1.GitRepository{ObjectMeta: elsewhere}, &kustomizev1.Kustomization{ObjectMeta: elsewhere}
	chart := &sourcev1.HelmChart{ObjectMeta: elsewhere}
	own := flux.From(&sourcev1.HelmChart{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "x"}})
	apps := flux.TargetNamespace("dev-team-apps")
	kustomization := func(opts ...flux.KustomizationOption) error { return second(team.NewKustomization("x", opts...)) }
	release := func(source flux.FromSource, opts ...flux.HelmReleaseOption) error {
		return second(team.NewHelmRelease("x", source, opts...))
	}
	tests := map[string]struct {
		err  error
		want []string
	}{
		"another account":           {kustomization(flux.ServiceAccount("admin")), []string{`spec.serviceAccountName: Invalid value: "admin"`}},
		"no account":                {kustomization(flux.ServiceAccount("")), []string{`spec.serviceAccountName: Invalid value: ""`}},
		"another access":            {kustomization(flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Name: "mine"}}), []string{"spec.kubeConfig: Forbidden"}},
		"foreign source":            {kustomization(flux.From(repo)), []string{`spec.sourceRef.namespace: Invalid value: "flux-system"`}},
		"foreign dependency":        {kustomization(flux.DependsOn(ks)), []string{`spec.dependsOn[0].namespace: Invalid value: "flux-system"`}},
		"platform as target":        {kustomization(flux.TargetNamespace("kube-system")), []string{`spec.targetNamespace: Invalid value: "kube-system"`}},
		"controller decrypts":       {kustomization(flux.Decryption{}), []string{"spec.decryption: Required value"}},
		"with the kind's own fault": {kustomization(flux.ServiceAccount("admin"), flux.Path("../x")), []string{"spec.serviceAccountName: ", "spec.path: "}},
		"release: account":          {release(own, apps, flux.ServiceAccount("admin")), []string{"spec.serviceAccountName: "}},
		"release: foreign chart":    {release(flux.From(chart), apps), []string{"spec.chartRef.namespace: "}},
		"release: foreign source": {release(flux.From(&sourcev1.HelmRepository{ObjectMeta: elsewhere}), apps, flux.Chart("x")),
			[]string{"spec.chart.spec.sourceRef.namespace: "}},
		"release: foreign dependency": {release(own, apps, flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: elsewhere})), []string{"spec.dependsOn[0].namespace: "}},
		"release: no target":          {release(own), []string{"spec.targetNamespace: "}},
		"release: platform":           {release(own, flux.TargetNamespace("flux-system")), []string{"spec.targetNamespace: ", "spec.storageNamespace: "}},
		"git over http":               {second(team.NewGitRepository("x", "http://git.example.com/x")), []string{"spec.url: Forbidden"}},
		"controller's cloud identity": {second(team.NewOCIRepository("x", "oci://x.example.com/x", flux.AuthProvider("aws"))), []string{"spec.serviceAccountName: Required"}},
		"insecure registry":           {second(team.NewOCIRepository("x", "oci://x.example.com/x", flux.Insecure(true))), []string{"spec.insecure: Forbidden"}},
		"insecure bucket":             {second(team.NewBucket("x", "x", "x.example.com", flux.Insecure(true))), []string{"spec.insecure: Forbidden"}},
		"charts over http":            {second(team.NewHelmRepository("x", "http://charts.example.com")), []string{"spec.url: Forbidden"}},
		"charts for others": {second(team.NewHelmRepository("x", "https://charts.example.com",
			flux.HelmRepositoryFunc(func(repo *sourcev1.HelmRepository) error {
				repo.Spec.AccessFrom = &acl.AccessFrom{NamespaceSelectors: []acl.NamespaceSelector{{}}}
				repo.Spec.PassCredentials = true
				return nil
			}))), []string{"spec.accessFrom: Forbidden", "spec.passCredentials: Forbidden"}},
		"foreign events":   {second(team.NewAlert("x", must(team.NewProvider("x", "slack", flux.SecretRef("x")))(t), flux.Objects(repo))), []string{"spec.eventSources[0].namespace: "}},
		"foreign wake-up":  {second(team.NewReceiver("x", "github", flux.Objects(repo), flux.SecretRef("x"))), []string{"spec.resources[0].namespace: "}},
		"foreign images":   {second(team.NewImagePolicy("x", &reflectorv1.ImageRepository{ObjectMeta: elsewhere}, flux.SemVer("1.x"))), []string{"spec.imageRepositoryRef.namespace: "}},
		"alerts over http": {second(team.NewProvider("x", "generic", flux.ProviderFunc(func(p *notificationv1beta3.Provider) error { p.Spec.Address = "http://x.example.com"; return nil }))), []string{"spec.address: Forbidden"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.err == nil {
				t.Fatal("no error")
			}
			if !apierrors.IsInvalid(test.err) {
				t.Errorf("apierrors.IsInvalid is false for: %v", test.err)
			}
			for _, want := range test.want {
				if !strings.Contains(test.err.Error(), want) {
					t.Errorf("error lacks %q: %v", want, test.err)
				}
			}
		})
	}
}

// must gives the value of a call that must not fail.
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
