package fleet

import (
	"time"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Platform is the privileged side of the repository: what kustomize-controller
// applies as itself before there are tenants. Only its source and one cluster
// are required.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:ExactlyOneOf=git;oci
type Platform struct {
	// Git is the repository that holds the tree of clusters, infrastructure and
	// tenants. Exactly one of Git and OCI is required.
	Git tenant.Git `json:"git,omitzero"`

	// OCI is that repository as an image in a registry.
	OCI tenant.OCI `json:"oci,omitzero"`

	// Clusters are those that the tree serves, at least one.
	//
	// +kubebuilder:validation:MinItems=1
	Clusters []Cluster `json:"clusters"`

	// Interval is how often drift is corrected, by default every 10 minutes.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="10m"
	Interval metav1.Duration `json:"interval,omitzero"`

	// Capsule is how Capsule is installed.
	Capsule Capsule `json:"capsule,omitzero"`

	// Proxy is how Capsule Proxy is installed.
	Proxy CapsuleProxy `json:"proxy,omitzero"`

	// CertManager leaves the certificates of Capsule's webhooks and of Capsule
	// Proxy to cert-manager, which has to be there. By default they make their own.
	CertManager bool `json:"certManager,omitempty"`

	// Lockdown is how Flux is locked down on every cluster that does not say
	// otherwise. An empty ServiceAccount is tenant.DefaultServiceAccount, empty
	// Shards are those of the Fleet. By default Flux is locked down with workload
	// identity, which tokenless access needs.
	Lockdown *lockdown.Spec `json:"lockdown,omitempty"`

	// Policies say who the platform is, and what its admission policies let tenants
	// do. The zero value is the strictest.
	Policies tenant.PolicySpec `json:"policies,omitzero"`

	// Renewal makes and renews the kubeconfig Secrets of tenants whose access has a
	// secretRef: a CronJob with the least role that does. It is applied after the
	// tenants, in whose home namespaces it is bound. By default there is none.
	Renewal *renewal.Job `json:"renewal,omitempty"`
}

// A Cluster is one that reconciles the tree, with what differs there from the
// tenants' common base. Its name is that of its folder.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:AtMostOneOf=git;oci
type Cluster struct {
	// Name is a DNS-1123 label.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name"`

	// Tenants names those that the cluster serves, by default all.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Tenants []string `json:"tenants,omitempty"`

	// FluxInstance says that the Flux Operator runs Flux on this cluster. Then the
	// FluxInstance syncs clusters/<name>, the folder flux-system has no more than what
	// the lockdown adds, and the lockdown's patches are in flux-instance.yaml beside
	// it, as the FluxInstance takes them.
	FluxInstance bool `json:"fluxInstance,omitempty"`

	// Git is where this cluster takes the tree from, in place of the Platform's
	// source: another branch or tag, say, for a cluster that gets changes first. At
	// most one of Git and OCI is given.
	Git tenant.Git `json:"git,omitzero"`

	// OCI is where this cluster takes the tree from, as an image in a registry.
	OCI tenant.OCI `json:"oci,omitzero"`

	// Capsule is what of Capsule differs on this cluster.
	Capsule Release `json:"capsule,omitzero"`

	// Proxy is what of Capsule Proxy differs on this cluster.
	Proxy Release `json:"proxy,omitzero"`

	// Patches change any object of the infrastructure or of a tenant on its way to
	// this cluster. Each has a target.
	Patches []kustomize.Patch `json:"patches,omitempty"`

	// Access replaces address, CA and audiences of every tenant with tokenless
	// access, which differ from cluster to cluster.
	Access kubeconfig.Access `json:"access,omitzero"`

	// Lockdown replaces that of the Platform: each cluster has an artifact host of
	// its own.
	Lockdown *lockdown.Spec `json:"lockdown,omitempty"`

	// Path replaces the directory that is applied of every tenant's repository,
	// such as "./staging".
	Path string `json:"path,omitempty"`

	// Substitute adds variables to every tenant's Kustomization.
	Substitute map[string]string `json:"substitute,omitempty"`
}

// A Release is what of a Helm release differs on a cluster.
//
// +kubebuilder:object:generate=true
type Release struct {
	// Version is that of the chart, by default the Platform's. A version with known
	// advisories is rejected.
	Version string `json:"version,omitempty"`

	// Values are merged over those of the Platform.
	//
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Values Values `json:"values,omitempty"`
}

// Capsule is how Capsule is installed, by its own Helm chart.
//
// +kubebuilder:object:generate=true
type Capsule struct {
	// Version is that of the chart, such as 0.14.0 without a v, by default
	// DefaultCapsuleVersion. A version with known advisories is rejected.
	Version string `json:"version,omitempty"`

	// Users are Capsule's users beside the tenants' owners, who are users by
	// being TenantOwners. There are none by default.
	Users []rbac.UserSpec `json:"users,omitempty"`

	// Administrators own every tenant. There are none by default.
	Administrators []rbac.UserSpec `json:"administrators,omitempty"`

	// IgnoreUserWithGroups are groups whose members Capsule does not treat as
	// its users.
	//
	// +kubebuilder:validation:items:MinLength=1
	IgnoreUserWithGroups []string `json:"ignoreUserWithGroups,omitempty"`

	// ForceTenantPrefix requires every namespace's name to start with its tenant's
	// name and a dash, so that no tenant can take a name another one needs. The
	// default is true.
	//
	// +kubebuilder:default=true
	ForceTenantPrefix *bool `json:"forceTenantPrefix,omitempty"`

	// ProtectedNamespaces is a regular expression (RE2) for names that no tenant
	// may give a namespace, by default DefaultProtectedNamespaces. In a tree with a
	// tenant without a forced prefix the home namespaces of all tenants are added.
	ProtectedNamespaces string `json:"protectedNamespaces,omitempty"`

	// Values are merged over those that the fields above give.
	//
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Values Values `json:"values,omitempty"`
}

// CapsuleProxy is how Capsule Proxy is installed, by its own Helm chart.
//
// +kubebuilder:object:generate=true
type CapsuleProxy struct {
	// Version is that of the chart, by default DefaultCapsuleProxyVersion.
	Version string `json:"version,omitempty"`

	// DNSNames are added to the certificate, beside capsule-proxy and
	// capsule-proxy.capsule-system.svc.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	DNSNames []string `json:"dnsNames,omitempty"`

	// Values are merged over those that the fields above give. A log level of 10
	// and above, at which the proxy logs bearer tokens, and the feature gate that
	// skips the check of impersonation are refused.
	//
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Values Values `json:"values,omitempty"`

	// Omit leaves Capsule Proxy out, for a platform whose tenants have access by
	// impersonation only.
	Omit bool `json:"omit,omitempty"`
}

const (
	// DefaultCapsuleVersion is the version of Capsule that this module is tested
	// with.
	DefaultCapsuleVersion = "0.14.0"

	// DefaultCapsuleProxyVersion is the version of Capsule Proxy that this module
	// is tested with.
	DefaultCapsuleProxyVersion = "0.14.0"

	// DefaultProtectedNamespaces are those of Kubernetes, Flux and Capsule.
	DefaultProtectedNamespaces = names.PlatformPattern

	// FluxNamespace is where Flux and the platform's own Flux objects are.
	FluxNamespace = names.Flux

	// CapsuleNamespace is where Capsule and Capsule Proxy are installed.
	CapsuleNamespace = names.Capsule
)

// retryInterval is that of the platform's Kustomizations, which wait for each
// other at the first apply of a cluster.
const retryInterval = time.Minute
