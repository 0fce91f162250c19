package rules_test

import (
	"github.com/fluxcd/pkg/apis/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// platform: the API server takes every object of the platform: the infrastructure,
// how each cluster applies the tree, and the renewal.
func platform(c *harness.Case) {
	const home, capsuleNamespace = "platform-team", "capsule-system"
	// A dry run makes no namespaces, so those that objects lie in have to be there.
	c.Apply(harness.Object("v1", "Namespace", "", home), harness.Object("v1", "Namespace", "", capsuleNamespace))
	bundle, err := fleet.BuildPlatform(fleet.Platform{
		Git:      tenant.Git{URL: "ssh://git@git.example.com/platform.git", Branch: "main", SecretRef: &meta.LocalObjectReference{Name: "git"}},
		Clusters: []fleet.Cluster{{Name: "staging"}, {Name: "production", Path: "./production"}},
		Renewal: &renewal.Job{
			Namespace: capsuleNamespace, Name: "kubeconfigs", Image: "registry.example.com/fluxcapsule:1.0.0",
			Targets: []renewal.Target{{
				Namespace: home, Account: tenant.DefaultServiceAccount,
				Access:   kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", SecretRef: &meta.SecretKeyReference{}},
				CASecret: &renewal.CASecret{Namespace: capsuleNamespace, Name: "capsule-proxy"},
			}},
		},
	})
	c.Must(err)
	objects := bundle.Infrastructure()
	for _, cluster := range bundle.Clusters {
		objects = append(objects, cluster.Objects()...)
	}
	for _, obj := range bundle.Renewal.Objects() {
		objects = append(objects, obj.(client.Object))
	}
	for _, obj := range objects {
		if err := harness.Apply(c.Context(), c.Env.Plane.Client, []client.Object{obj}, client.DryRunAll); err != nil {
			c.Errorf("%T: %v", obj, err)
		}
	}
}
