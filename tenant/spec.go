package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// Spec is all that has to be said about one tenant. Only Name and one of Git
// and OCI are required; what else is left out takes the default its field
// describes, which is the least privilege that works.
//
// It has JSON tags, so that programs can fill it from YAML, a custom resource or
// a form. Durations are written as Flux writes them, "5m" or "1h30m".
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:ExactlyOneOf=git;oci
// +kubebuilder:validation:XValidation:rule="!(has(self.noHomeRole) && self.noHomeRole && has(self.homeRole))",message="homeRole may not be given together with noHomeRole"
// +kubebuilder:validation:XValidation:rule="!(has(self.leaving) && self.leaving && has(self.quarantine) && self.quarantine)",message="no controller deletes what a tenant in quarantine has: end the quarantine first"
type Spec struct {
	// Name is the name of the Capsule Tenant, a DNS-1123 label, and of the
	// source and the Kustomization in its home namespace.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name"`

	// Home is the namespace of the reconciler and its Flux objects. It is not one
	// of the tenant's namespaces: it has to exist before them. The default is
	// Name. The namespaces of Kubernetes, Flux and Capsule are refused.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Home string `json:"home,omitempty"`

	// ServiceAccount is the name of the reconciler, the account that owns the
	// Tenant and in whose name Flux acts. The default is DefaultServiceAccount,
	// which should be the --default-service-account of Flux's controllers.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	// +kubebuilder:default=gitops-reconciler
	ServiceAccount string `json:"serviceAccount,omitempty"`

	// HomeRole is the ClusterRole that the reconciler holds in the home
	// namespace, so that the tenant's repository can put Flux objects there. The
	// default is DefaultHomeRole, which allows Flux objects, ConfigMaps and Secrets
	// only; see the function HomeRole.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:Pattern=`^[^/%]+$`
	HomeRole string `json:"homeRole,omitempty"`

	// NoHomeRole gives the reconciler no role in its home namespace: the tenant's
	// repository then cannot hold Flux objects. HomeRole must be left out.
	NoHomeRole bool `json:"noHomeRole,omitempty"`

	// HomeWorkloads lets pods run, and Services of type ClusterIP be, in the home
	// namespace. Capsule's rules do not reach there, so by default a ResourceQuota
	// allows none, and never allows volume claims, Ingresses and Services that open
	// ports outside. Kubernetes always enforces the restricted Pod Security Standard
	// there. The HomeRole has to allow workloads too.
	HomeWorkloads bool `json:"homeWorkloads,omitempty"`

	// Owners are the people, and other machines, that own the tenant beside the
	// reconciler.
	Owners []Owner `json:"owners,omitempty"`

	// AllowClusterAdmin accepts "cluster-admin" as HomeRole and in the roles of
	// Owners, which is otherwise an error.
	AllowClusterAdmin bool `json:"allowClusterAdmin,omitempty"`

	// AllowInsecure accepts a URL of Git with http://, and what else Flux fetches
	// for the tenant without TLS: whoever is on the way can replace it.
	AllowInsecure bool `json:"allowInsecure,omitempty"`

	// AllowSecretDecryption accepts a Decryption with a Secret alone. Files in the
	// source that are encrypted with a cloud KMS are then decrypted with
	// kustomize-controller's own identity, unless it has none or runs with
	// --default-decryption-service-account.
	AllowSecretDecryption bool `json:"allowSecretDecryption,omitempty"`

	// Quota limits the tenant.
	Quota Quota `json:"quota,omitzero"`

	// Isolation is what the tenant's namespaces are held to: network, Pod Security,
	// images, Services, host names, classes, nodes. The default is the profile
	// Baseline.
	Isolation Isolation `json:"isolation,omitzero"`

	// ForceTenantPrefix requires the names of the tenant's namespaces to start with
	// Name and a dash. The default is true: without it the tenant can make, and
	// own, a namespace that a later tenant needs.
	ForceTenantPrefix *bool `json:"forceTenantPrefix,omitempty"`

	// Git is the tenant's repository. Exactly one of Git and OCI is required.
	Git Git `json:"git,omitzero"`

	// OCI is the tenant's repository, as an image in a registry.
	OCI OCI `json:"oci,omitzero"`

	// Path is the directory of the repository that is applied, by default its root.
	Path string `json:"path,omitempty"`

	// Interval is how often drift is corrected, by default every 10 minutes. A
	// change of the source is applied at once.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="10m"
	Interval metav1.Duration `json:"interval,omitzero"`

	// RetryInterval is how long a failed reconciliation waits, by default
	// DefaultRetryInterval. Through Capsule Proxy the first one of a namespace
	// always fails, because Flux applies into it before Capsule has made its role
	// bindings: until the retry the tenant waits.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="5s"
	RetryInterval metav1.Duration `json:"retryInterval,omitzero"`

	// Timeout bounds one reconciliation, health checks included. Flux's default
	// is the interval less 30 seconds.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	Timeout metav1.Duration `json:"timeout,omitzero"`

	// Prune deletes from the cluster what disappears from the source. The default
	// is true.
	//
	// +kubebuilder:default=true
	Prune *bool `json:"prune,omitempty"`

	// Wait makes the Kustomization ready only when everything it applied is.
	Wait bool `json:"wait,omitempty"`

	// Suspend stops the reconciliation; what was applied stays as it is.
	Suspend bool `json:"suspend,omitempty"`

	// Quarantine stops everything that Flux does for the tenant, and keeps the tenant
	// from starting it again: its objects are suspended and in the shard
	// "quarantine", which no controller may watch, its reconciler has no role in the
	// home namespace, and Capsule cordons its namespaces. What runs goes on running.
	// Objects that the tenant itself made in its home are not the bundle's: give
	// them the same label to stop them, sharding.fluxcd.io/key=quarantine.
	Quarantine bool `json:"quarantine,omitempty"`

	// Leaving off-boards the tenant: its source and its Kustomization are left out,
	// and its account, its roles and its Tenant stay, so that Flux can delete in the
	// tenant's name what it applied. Leave the spec out after that. The tree of a
	// Fleet does this in stages; see the package's documentation.
	Leaving bool `json:"leaving,omitempty"`

	// Decryption decrypts SOPS files in the source, with keys from a Secret of
	// the home namespace. The provider is sops when left empty.
	Decryption *Decryption `json:"decryption,omitempty"`

	// Substitute replaces ${name} in the built manifests.
	Substitute map[string]string `json:"substitute,omitempty"`

	// SubstituteFrom takes more of these from ConfigMaps and Secrets of the home
	// namespace.
	SubstituteFrom []kustomizev1.SubstituteReference `json:"substituteFrom,omitempty"`

	// DependsOn names Kustomizations of the home namespace that must be ready
	// first. There is no way to name another namespace: no flag of Flux would
	// keep a tenant from waiting on, and so probing, another's objects.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	DependsOn []string `json:"dependsOn,omitempty"`

	// Access is how Flux reaches the API server for the tenant: through Capsule
	// Proxy, tokenless or with a Secret; directly; or, when it is left out, by
	// impersonation only, with which the tenant cannot list its own namespaces.
	Access kubeconfig.Access `json:"access,omitzero"`

	// Labels are added to every object of the bundle. Those of Capsule and of
	// Kubernetes are refused.
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are added to every object of the bundle. Those that take objects
	// away from the platform's Flux are refused: kustomize.toolkit.fluxcd.io/prune,
	// reconcile, ssa and force.
	Annotations map[string]string `json:"annotations,omitempty"`

	// Shard is the Flux shard that reconciles the tenant: the value of the label
	// sharding.fluxcd.io/key on the source and the Kustomization. The name
	// "quarantine" is refused; see Quarantine.
	//
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`
	Shard string `json:"shard,omitempty"`

	// Position is where the spec was read, for the errors of a Fleet. ReadSpecs
	// sets it.
	Position manifest.Position `json:"-"`
}
