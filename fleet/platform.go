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

// Platform is the privileged part of the repository, which kustomize-controller
// applies as itself before there are tenants. Only its source and one cluster are
// required.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:ExactlyOneOf=git;oci
type Platform struct {
	// Git is the repository that holds the tree of clusters, infrastructure and
	// tenants. Exactly one of Git and OCI is required.
	Git tenant.Git `json:"git,omitzero"`

	// OCI is that repository as an image in a registry.
	OCI tenant.OCI `json:"oci,omitzero"`

	// Folder is the folder of the repository that holds the tree, such as "gitops". The
	// default is the repository's root.
	Folder string `json:"folder,omitempty"`

	// Clusters are the clusters that the tree serves, at least one.
	//
	// +kubebuilder:validation:MinItems=1
	Clusters []Cluster `json:"clusters"`

	// Interval is how often drift is corrected, by default every 10 minutes.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="10m"
	Interval metav1.Duration `json:"interval,omitzero"`

	// Capsule configures the installation of Capsule.
	Capsule Capsule `json:"capsule,omitzero"`

	// Proxy configures the installation of Capsule Proxy.
	Proxy CapsuleProxy `json:"proxy,omitzero"`

	// CertManager leaves the certificates of Capsule's webhooks and of Capsule Proxy to
	// cert-manager, which must be installed. By default they make their own.
	CertManager bool `json:"certManager,omitempty"`

	// FluxVersion is the default version of Flux on the clusters, such as "2.9", in
	// place of Lockdown's. The default is lockdown.DefaultFluxVersion. [Platform.Open]
	// returns what stays open with an older one.
	FluxVersion string `json:"fluxVersion,omitempty"`

	// Lockdown is the default lockdown of Flux on the clusters. An empty ServiceAccount
	// is tenant.DefaultServiceAccount, empty Shards are the Fleet's. The default is a
	// lockdown with workload identity, which tokenless access needs.
	Lockdown *lockdown.Spec `json:"lockdown,omitempty"`

	// Policies configures the admission policies: the platform's users, and what tenants
	// may do. The zero value is the strictest.
	Policies tenant.PolicySpec `json:"policies,omitzero"`

	// Renewal makes and renews the kubeconfig Secrets of tenants whose access has a
	// secretRef: a CronJob with the least role that works. It is applied after the
	// tenants, since it is bound in their home namespaces. The default is none.
	Renewal *renewal.Job `json:"renewal,omitempty"`
}

// A Cluster reconciles the tree. Its fields are differences from the tenants' common
// base. Its name is also its folder's.
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

	// Tenants names the tenants that the cluster serves. The default is all.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=63
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Tenants []string `json:"tenants,omitempty"`

	// FluxInstance says that the Flux Operator runs Flux on this cluster. Then the
	// FluxInstance syncs clusters/<name>, the folder flux-system has only the lockdown's
	// objects, and the lockdown's patches are in flux-instance.yaml beside it, in the
	// FluxInstance's format.
	FluxInstance bool `json:"fluxInstance,omitempty"`

	// Git is this cluster's source of the tree, in place of the Platform's: for example,
	// another branch or tag for a cluster that gets changes first. At most one of Git
	// and OCI is given.
	Git tenant.Git `json:"git,omitzero"`

	// OCI is this cluster's source of the tree, as an image in a registry.
	OCI tenant.OCI `json:"oci,omitzero"`

	// FluxVersion is the version of Flux on this cluster. The default is the Platform's.
	FluxVersion string `json:"fluxVersion,omitempty"`

	// Capsule has this cluster's differences in the installation of Capsule.
	Capsule Release `json:"capsule,omitzero"`

	// Proxy has this cluster's differences in the installation of Capsule Proxy.
	Proxy Release `json:"proxy,omitzero"`

	// Patches change any object of the infrastructure or of a tenant for this cluster.
	// Each has a target.
	Patches []kustomize.Patch `json:"patches,omitempty"`

	// Access replaces the address, CA and audiences of every tenant with tokenless
	// access.
	Access kubeconfig.Access `json:"access,omitzero"`

	// Lockdown replaces the Platform's: each cluster has its own artifact host.
	Lockdown *lockdown.Spec `json:"lockdown,omitempty"`

	// Path replaces the directory that is applied of every tenant's repository,
	// such as "./staging".
	Path string `json:"path,omitempty"`

	// Substitute adds variables to every tenant's Kustomization.
	Substitute map[string]string `json:"substitute,omitempty"`
}

// A Release has a cluster's differences in a Helm release.
//
// +kubebuilder:object:generate=true
type Release struct {
	// Version is the chart's version. The default is the Platform's. A version with
	// known advisories is rejected.
	Version string `json:"version,omitempty"`

	// Values are merged over the Platform's.
	//
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Values Values `json:"values,omitempty"`
}

// Capsule configures the installation of Capsule, by its own Helm chart.
//
// +kubebuilder:object:generate=true
type Capsule struct {
	// Version is the chart's version, such as 0.14.0 without a v. The default is
	// DefaultCapsuleVersion. A version with known advisories is rejected, and so is one
	// before 0.14 if a tenant has an isolation profile.
	Version string `json:"version,omitempty"`

	// Users are Capsule's users besides the tenants' owners, who are users as
	// TenantOwners. The default is none.
	Users []rbac.UserSpec `json:"users,omitempty"`

	// Administrators own every tenant. The default is none.
	Administrators []rbac.UserSpec `json:"administrators,omitempty"`

	// IgnoreUserWithGroups are groups whose members Capsule does not treat as
	// its users.
	//
	// +kubebuilder:validation:items:MinLength=1
	IgnoreUserWithGroups []string `json:"ignoreUserWithGroups,omitempty"`

	// ForceTenantPrefix requires every namespace's name to start with its tenant's name
	// and a dash, so that no tenant can take a name that another needs. The default is
	// true.
	//
	// +kubebuilder:default=true
	ForceTenantPrefix *bool `json:"forceTenantPrefix,omitempty"`

	// ProtectedNamespaces is a regular expression (RE2) of namespace names that no
	// tenant may use. The default is DefaultProtectedNamespaces. If a tenant of the tree
	// has no forced prefix, the home namespaces of all tenants are added.
	ProtectedNamespaces string `json:"protectedNamespaces,omitempty"`

	// Values are merged over the values of the fields above.
	//
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Values Values `json:"values,omitempty"`
}

// CapsuleProxy configures the installation of Capsule Proxy, by its own Helm chart.
//
// +kubebuilder:object:generate=true
type CapsuleProxy struct {
	// Version is the chart's version. The default is DefaultCapsuleProxyVersion.
	Version string `json:"version,omitempty"`

	// DNSNames are added to the certificate, besides capsule-proxy and
	// capsule-proxy.capsule-system.svc.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	DNSNames []string `json:"dnsNames,omitempty"`

	// Values are merged over the values of the fields above. A log level of 10 and
	// above, at which the proxy logs bearer tokens, and the feature gate that skips the
	// check of impersonation are refused.
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

	// DefaultProtectedNamespaces are the namespaces of Kubernetes, Flux and Capsule.
	DefaultProtectedNamespaces = names.PlatformPattern

	// FluxNamespace is where Flux and the platform's own Flux objects are.
	FluxNamespace = names.Flux

	// CapsuleNamespace is where Capsule and Capsule Proxy are installed.
	CapsuleNamespace = names.Capsule
)

// retryInterval is the retry interval of the platform's Kustomizations, which wait
// for each other when a cluster first applies the tree.
const retryInterval = time.Minute
