package tenancy

import (
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
)

// TestCheckBundle tests the rules that only a bundle can check, with Go types.
func TestCheckBundle(t *testing.T) {
	access := &meta.KubeConfigReference{ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}}
	id := Identity{Namespace: "red", Account: "reconciler", KubeConfig: access}
	minute := metav1.Duration{Duration: time.Minute}
	kustomization := func(change func(*kustomizev1.Kustomization)) client.Object {
		obj := &kustomizev1.Kustomization{Spec: kustomizev1.KustomizationSpec{Interval: minute, ServiceAccountName: "reconciler", KubeConfig: access.DeepCopy()}}
		change(obj)
		return obj
	}
	release := func(change func(*helmv2.HelmReleaseSpec)) client.Object {
		obj := &helmv2.HelmRelease{Spec: helmv2.HelmReleaseSpec{Interval: minute, ServiceAccountName: "reconciler", KubeConfig: access, TargetNamespace: "red-app"}}
		change(&obj.Spec)
		return obj
	}
	for name, test := range map[string]struct {
		object client.Object
		want   []string
	}{
		"own":             {kustomization(func(*kustomizev1.Kustomization) {}), nil},
		"another account": {kustomization(func(k *kustomizev1.Kustomization) { k.Spec.ServiceAccountName = "default" }), []string{`spec.serviceAccountName: Invalid value: "default": must be the tenant's reconciler, reconciler`}},
		"no account": {kustomization(func(k *kustomizev1.Kustomization) { k.Spec.ServiceAccountName = "" }), []string{
			"spec.serviceAccountName: Required value: name the account to act as",
			`spec.serviceAccountName: Invalid value: "": must be the tenant's reconciler, reconciler`,
		}},
		"no access":      {kustomization(func(k *kustomizev1.Kustomization) { k.Spec.KubeConfig = nil }), []string{"spec.kubeConfig: Forbidden: must be the tenant's own access"}},
		"another access": {kustomization(func(k *kustomizev1.Kustomization) { k.Spec.KubeConfig.ConfigMapRef.Name = "x" }), []string{"spec.kubeConfig: Forbidden: must be the tenant's own access"}},
		"another namespace": {kustomization(func(k *kustomizev1.Kustomization) {
			k.Spec.DependsOn = []kustomizev1.DependencyReference{{Name: "x"}, {Name: "y", Namespace: "blue"}}
		}), []string{`spec.dependsOn[1].namespace: Invalid value: "blue": ` + stayAtHome}},
		"release elsewhere": {release(func(*helmv2.HelmReleaseSpec) {}), nil},
		"release at home":   {release(func(s *helmv2.HelmReleaseSpec) { s.TargetNamespace = "red" }), []string{`spec.targetNamespace: Invalid value: "red": must be one of the tenant's namespaces: the home namespace runs no workloads`}},
		"no secret in a message": {&sourcev1.GitRepository{Spec: sourcev1.GitRepositorySpec{Interval: minute, URL: "http://user:token@example.com"}},
			[]string{"spec.url: Forbidden: must not be plain http: anyone on the network path can read and replace what is sent"}},
		"opted out": {&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"kustomize.toolkit.fluxcd.io/prune": "disabled"}}},
			[]string{"metadata.annotations[kustomize.toolkit.fluxcd.io/prune]: Forbidden: no kustomize.toolkit.fluxcd.io/{reconcile,prune,ssa,force} in a home namespace, where the platform's Flux must be able to put objects right"}},
		"of no interest": {&rbacv1.RoleBinding{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, err := range Check(test.object, id) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestLimits: each limit allows only what it says.
func TestLimits(t *testing.T) {
	strictest := policies(t, Limits{})
	for name, test := range map[string]struct {
		limits Limits
		object string
	}{
		"insecure":          {Limits{AllowInsecure: true}, `{kind: OCIRepository, spec: {url: "oci://x.example.com", insecure: true}}`},
		"proxy":             {Limits{AllowProxy: true}, `{kind: GitRepository, spec: {url: "https://x.example.com", proxySecretRef: {name: x}}}`},
		"plain http":        {Limits{AllowInsecure: true}, `{kind: GitRepository, spec: {url: "http://x.example.com"}}`},
		"decryption":        {Limits{AllowSecretDecryption: true}, `{kind: Kustomization, spec: {serviceAccountName: a, decryption: {secretRef: {name: x}}}}`},
		"service elsewhere": {Limits{FluxNamespace: "gitops"}, `{kind: HelmRepository, spec: {url: "https://x.flux-system.svc"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			object := policytest.Object(t, test.object)
			if len(Check(object, Identity{Namespace: "red"})) == 0 || len(strictest.Refused(t, policytest.Request{New: object})) == 0 {
				t.Error("it is fine without limits")
			}
			if errs := Check(object, Identity{Namespace: "red", Limits: test.limits}); len(errs) > 0 {
				t.Errorf("Check: %v", errs)
			}
			if got := policies(t, test.limits).Refused(t, policytest.Request{New: object}); len(got) > 0 {
				t.Errorf("the policies: %q", got)
			}
		})
	}
}

// TestPlatformNamespaces: the limits add to the built-in namespaces of the platform.
func TestPlatformNamespaces(t *testing.T) {
	limits := Limits{FluxNamespace: "gitops", PlatformNamespaces: []string{"infra"}}
	plane := policies(t, limits)
	for _, namespace := range []string{"infra", "gitops", "flux-system", "kube-public"} {
		object := policytest.Object(t, `{kind: Kustomization, spec: {serviceAccountName: a, targetNamespace: `+namespace+`}}`)
		if got := ids(Violations(object, Identity{Namespace: "red", Limits: limits})); got != "target" {
			t.Errorf("%s: Check finds %q", namespace, got)
		}
		if got := plane.Refused(t, policytest.Request{New: object}); len(got) != 1 || !strings.HasPrefix(got[0], "references: spec.targetNamespace: ") {
			t.Errorf("%s: the policies say %q", namespace, got)
		}
	}
}

// TestMember: in a namespace that it made, a tenant may opt out, since it harms only
// itself.
func TestMember(t *testing.T) {
	object := policytest.Object(t, `{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}}`)
	if errs := Check(object, Identity{Namespace: "red", Member: true}); len(errs) > 0 {
		t.Error(errs)
	}
}
