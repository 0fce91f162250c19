package e2e

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// The API server takes every object of the platform, in a dry run: the
// infrastructure, how each cluster applies the tree, and the renewal.
func TestPlatform(t *testing.T) {
	c := newCase(t)
	installMissingCRDs(c)
	home := &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{Name: "platform-team"},
	}
	capsule := home.DeepCopy()
	capsule.Name = tenant.CapsuleNamespace
	// A dry run makes no namespaces, so those that objects lie in have to be there.
	if err := ServerSideApply(t.Context(), cluster.Client, []client.Object{home, capsule}); err != nil {
		t.Fatal(err)
	}

	platform := tenant.Platform{
		Git:      tenant.Git{URL: "ssh://git@git.example.com/platform.git", Branch: "main"},
		Clusters: []tenant.Cluster{{Name: "staging"}, {Name: "production", Path: "./production"}},
		Renewal: &renewal.Job{
			Namespace: tenant.CapsuleNamespace, Name: "kubeconfigs", Image: "registry.example.com/proxy-kubeconfig:1.0.0",
			Targets: []renewal.Target{{
				Namespace: home.Name, Account: tenant.DefaultServiceAccount,
				Access:   kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", SecretRef: &meta.SecretKeyReference{}},
				CASecret: &renewal.CASecret{Namespace: tenant.CapsuleNamespace, Name: "capsule-proxy"},
			}},
		},
	}
	bundle, err := platform.Build()
	if err != nil {
		t.Fatal(err)
	}
	objects := bundle.Infrastructure()
	for _, cluster := range bundle.Clusters {
		objects = append(objects, cluster.Objects()...)
	}
	for _, obj := range bundle.Renewal.Objects() {
		objects = append(objects, obj.(client.Object))
	}
	for _, obj := range objects {
		if err := ServerSideApply(t.Context(), cluster.Client, []client.Object{obj}, client.DryRunAll); err != nil {
			t.Errorf("%T: %v", obj, err)
		}
	}
}
