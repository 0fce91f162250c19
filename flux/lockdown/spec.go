package lockdown

import (
	"cmp"

	networkingv1 "k8s.io/api/networking/v1"
)

// A Spec says how an installation of Flux is locked down. The zero Spec is the
// lockdown of the pinned Flux version for tenants that use neither workload
// identity nor shards.
//
// +kubebuilder:object:generate=true
type Spec struct {
	// FluxVersion is the version of Flux, such as "2.9" or "v2.9.4".
	// [DefaultFluxVersion] if empty. Flags that the controllers of this version do
	// not know are not set, since these would not start with them; [Lockdown.Open]
	// says what then stays open.
	FluxVersion string `json:"fluxVersion,omitempty"`

	// ServiceAccount is the account, by its name in the object's own namespace, as
	// which a Kustomization or HelmRelease acts that names none: "default" if empty.
	// With workload identity it is also the one that authenticates to clouds and API
	// servers for objects that name none.
	ServiceAccount string `json:"serviceAccount,omitempty"`

	// WorkloadIdentity lets objects authenticate as ServiceAccounts of their own
	// namespace instead of as the controller. A kubeconfig without a token, that is
	// a ConfigMap in kubeConfig.configMapRef, needs it. Flux 2.10 always does so; it
	// then grants the controllers the right to request these tokens, which Flux's own
	// roles lack from that version on.
	WorkloadIdentity bool `json:"workloadIdentity,omitempty"`

	// Shards are the names of the shards, each with a source-, kustomize- and
	// helm-controller of its own. See [Lockdown.Shards].
	Shards []string `json:"shards,omitempty"`

	// Namespace is where Flux is installed: "flux-system" if empty. The source and
	// the Kustomization of the platform that flux bootstrap creates there have the
	// same name.
	Namespace string `json:"namespace,omitempty"`

	// ClusterDomain is the DNS domain of the cluster: "cluster.local" if empty.
	ClusterDomain string `json:"clusterDomain,omitempty"`

	// ArtifactHost is the name of a Service by which kustomize-controller fetches
	// artifacts, and which no tenant may know. Make it with [NewArtifactHost]. If it
	// is empty, tenants read the artifacts of others; [Lockdown.Open] says so.
	ArtifactHost string `json:"artifactHost,omitempty"`

	// HideArtifactHost adds admission policies that take the artifact host out of the
	// status of Kustomizations and out of events, where it appears after a long
	// outage of source-controller. They need Kubernetes 1.36.
	HideArtifactHost bool `json:"hideArtifactHost,omitempty"`

	// Concurrent is the number of Kustomizations, and of HelmReleases, that are
	// reconciled at a time: 20 if zero. It must be greater than the number of them
	// that one tenant may have, else one tenant can occupy all workers.
	//
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:default=20
	Concurrent int `json:"concurrent,omitempty"`

	// Egress names the hosts that the controllers reach over HTTP.
	Egress Egress `json:"egress,omitzero"`

	// Network refines the network policies.
	Network Network `json:"network,omitzero"`
}

// Egress names the hosts that the controllers reach over HTTP, apart from the
// cluster's API server and Flux itself. A host is a name or an address, with or
// without a port. A name stands for its subdomains too.
//
// +kubebuilder:object:generate=true
type Egress struct {
	// CapsuleProxy is the host of Capsule Proxy, as kubeconfigs name it:
	// "capsule-proxy.capsule-system.svc" if empty.
	CapsuleProxy string `json:"capsuleProxy,omitempty"`

	// Clusters are the API servers of other clusters that kubeconfigs name.
	Clusters []string `json:"clusters,omitempty"`

	// KeyServices are what kustomize-controller needs to decrypt and to authenticate
	// to clouds: key management services, token services (STS), Vault.
	KeyServices []string `json:"keyServices,omitempty"`

	// Sources are the hosts from which source-controller fetches without a proxy:
	// git servers, registries, Helm repositories, buckets, and what these need
	// (token services, hosts that registries redirect to, sigstore). If there are
	// any, or a SourceProxy, source-controller reaches no other host.
	Sources []string `json:"sources,omitempty"`

	// SourceProxy is the URL of the forward proxy by which source-controller reaches
	// all other hosts. The proxy must refuse addresses of the cluster.
	SourceProxy string `json:"sourceProxy,omitempty"`
}

// Network refines the network policies. The zero Network gives policies that work
// on every cluster; what they leave open is in [Lockdown.Open].
//
// +kubebuilder:object:generate=true
type Network struct {
	// APIServer are the CIDRs of the API server's endpoints. If there are none, the
	// controllers reach ports 443 and 6443 of every address.
	APIServer []string `json:"apiServer,omitempty"`

	// Cluster are the CIDRs of the cluster's pods, Services and nodes, which sources
	// and notifications must not reach. If there are none, they reach every address.
	Cluster []string `json:"cluster,omitempty"`

	// DNS are the cluster's DNS servers: the namespace kube-system and NodeLocal
	// DNSCache's address if empty.
	DNS []networkingv1.NetworkPolicyPeer `json:"dns,omitempty"`

	// Sources are sources and receivers of notifications within the cluster.
	Sources []networkingv1.NetworkPolicyPeer `json:"sources,omitempty"`

	// Clusters are the API servers of other clusters, key services and Vault, for
	// kustomize- and helm-controller, where Egress names them.
	Clusters []networkingv1.NetworkPolicyPeer `json:"clusters,omitempty"`

	// Scrapers may read the controllers' metrics: nobody if empty. The port also
	// serves profiles of the process.
	Scrapers []networkingv1.NetworkPolicyPeer `json:"scrapers,omitempty"`

	// Webhooks may reach the receiver of webhooks: all pods if empty.
	Webhooks []networkingv1.NetworkPolicyPeer `json:"webhooks,omitempty"`
}

// A plan is a Spec that is complete and valid.
type plan struct {
	Spec
	version version
}

func (s Spec) withDefaults() Spec {
	s.FluxVersion = cmp.Or(s.FluxVersion, DefaultFluxVersion)
	s.ServiceAccount = cmp.Or(s.ServiceAccount, "default")
	s.Namespace = cmp.Or(s.Namespace, "flux-system")
	s.ClusterDomain = cmp.Or(s.ClusterDomain, "cluster.local")
	s.Concurrent = cmp.Or(s.Concurrent, 20)
	s.Egress.CapsuleProxy = cmp.Or(s.Egress.CapsuleProxy, "capsule-proxy.capsule-system.svc")
	return s
}

// identities reports whether objects authenticate as accounts of their own
// namespace.
func (p plan) identities() bool { return p.WorkloadIdentity || p.version >= flux210 }

// sourcesLimited reports whether source-controller reaches only the hosts of
// Egress.
func (p plan) sourcesLimited() bool { return len(p.Egress.Sources) > 0 || p.Egress.SourceProxy != "" }
