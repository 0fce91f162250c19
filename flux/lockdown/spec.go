package lockdown

import (
	"cmp"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Spec says how an installation is locked down. The zero Spec is the lockdown
// for tenants that use neither workload identity nor shards.
type Spec struct {
	// ServiceAccount is in whose name a Kustomization or HelmRelease acts that
	// names no account, by its name in their own namespace: "default" if empty.
	// With WorkloadIdentity it is also the one that authenticates to clouds and
	// API servers for objects that name none.
	ServiceAccount string `json:"serviceAccount,omitempty"`

	// WorkloadIdentity lets objects authenticate as ServiceAccounts of their own
	// namespace, instead of as the controller. A kubeconfig without a token, a
	// ConfigMap that kubeConfig.configMapRef names, needs it.
	WorkloadIdentity bool `json:"workloadIdentity,omitempty"`

	// Shards are the names of the shards, each a set of source-, kustomize- and
	// helm-controller of its own, see [Shard].
	Shards []string `json:"shards,omitempty"`

	// Namespace is where Flux is installed: "flux-system" if empty. What flux
	// bootstrap makes there to reconcile the platform has the same name.
	Namespace string `json:"namespace,omitempty"`

	// ClusterDomain is the DNS domain of the cluster, which shards need to know:
	// "cluster.local" if empty.
	ClusterDomain string `json:"clusterDomain,omitempty"`
}

func (s Spec) withDefaults() Spec {
	s.ServiceAccount = cmp.Or(s.ServiceAccount, "default")
	s.Namespace = cmp.Or(s.Namespace, "flux-system")
	s.ClusterDomain = cmp.Or(s.ClusterDomain, "cluster.local")
	return s
}

// validate lists every fault, as the API server would.
func (s Spec) validate() error {
	errs := validate.Subdomain(field.NewPath("serviceAccount"), s.ServiceAccount)
	errs = append(errs, validate.Label(field.NewPath("namespace"), s.Namespace)...)
	errs = append(errs, validate.Subdomain(field.NewPath("clusterDomain"), s.ClusterDomain)...)
	seen := map[string]bool{}
	for i, shard := range s.Shards {
		path := field.NewPath("shards").Index(i)
		errs = append(errs, validate.Label(path, shard)...)
		if seen[shard] {
			errs = append(errs, field.Duplicate(path, shard))
		}
		seen[shard] = true
	}
	return build.Invalid(schema.GroupKind{Kind: "Lockdown"}, s.Namespace, errs)
}
