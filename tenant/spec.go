package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// Spec describes one tenant. Only Name and one of Git and OCI are required; every
// other field has a default, described there, which is the least privilege that
// works.
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

	// Home is the namespace of the reconciler and its Flux objects. It is not one of the
	// tenant's namespaces, and exists before them. The default is Name. The namespaces
	// of Kubernetes, Flux and Capsule are refused.
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

	// HomeWorkloads allows pods, and Services of type ClusterIP, in the home namespace.
	// Capsule's rules do not apply there, so by default a ResourceQuota forbids both;
	// volume claims, Ingresses and Services that open ports outside are always
	// forbidden. Kubernetes always enforces the restricted Pod Security Standard there.
	// The HomeRole has to allow workloads too.
	HomeWorkloads bool `json:"homeWorkloads,omitempty"`

	// Owners own the tenant besides the reconciler: people, and other machines.
	Owners []Owner `json:"owners,omitempty"`

	// AllowClusterAdmin accepts "cluster-admin" as HomeRole and in the roles of
	// Owners, which is otherwise an error.
	AllowClusterAdmin bool `json:"allowClusterAdmin,omitempty"`

	// AllowInsecure accepts a URL of Git with http://, and other fetches for the tenant
	// without TLS: anyone on the network path can replace what is fetched.
	AllowInsecure bool `json:"allowInsecure,omitempty"`

	// AllowProxy accepts a ProxySecretRef in Git, OCI and Notification. Its Secret is in
	// the home namespace, where the default HomeRole lets the tenant change it: with it
	// the tenant directs Flux's connections to any address.
	AllowProxy bool `json:"allowProxy,omitempty"`

	// AllowSecretDecryption accepts a Decryption with a Secret alone. Files in the
	// source that are encrypted with a cloud KMS are then decrypted with
	// kustomize-controller's own identity, unless it has none or runs with
	// --default-decryption-service-account.
	AllowSecretDecryption bool `json:"allowSecretDecryption,omitempty"`

	// Quota limits the tenant.
	Quota Quota `json:"quota,omitzero"`

	// Isolation limits the tenant's namespaces: network, Pod Security, images, Services,
	// host names, classes, nodes. The default is the profile Baseline.
	Isolation Isolation `json:"isolation,omitzero"`

	// ForceTenantPrefix requires the names of the tenant's namespaces to start with Name
	// and a dash. The default is true: without the prefix the tenant can take a
	// namespace that a later tenant needs.
	ForceTenantPrefix *bool `json:"forceTenantPrefix,omitempty"`

	// Rules are further rules of the Capsule Tenant, after those from Isolation and
	// Quota: for example, a rule for the namespaces that a selector matches.
	Rules []*rules.NamespaceRuleBodyTenant `json:"rules,omitempty"`

	// AdditionalRoleBindings bind people and machines that are not owners to a
	// ClusterRole in every namespace of the tenant. There are none by default.
	AdditionalRoleBindings []rbac.AdditionalRoleBindingsSpec `json:"additionalRoleBindings,omitempty"`

	// NamespaceMetadata are labels and annotations that Capsule sets on the tenant's
	// namespaces. There are none by default.
	NamespaceMetadata []api.AdditionalMetadataSelectorSpec `json:"namespaceMetadata,omitempty"`

	// Cordoned makes Capsule refuse changes in the tenant's namespaces. The default
	// is false.
	Cordoned bool `json:"cordoned,omitempty"`

	// PreventDeletion makes Capsule refuse to delete the Tenant. The default is
	// false.
	PreventDeletion bool `json:"preventDeletion,omitempty"`

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
	// DefaultRetryInterval. Through Capsule Proxy the first reconciliation of a new
	// namespace always fails, because Flux applies before Capsule has made its role
	// bindings; the tenant waits for the retry.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:default="5s"
	RetryInterval metav1.Duration `json:"retryInterval,omitzero"`

	// Timeout bounds one reconciliation, health checks included. Flux's default is the
	// interval minus 30 seconds.
	//
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	Timeout metav1.Duration `json:"timeout,omitzero"`

	// Prune deletes objects from the cluster that disappear from the source. The default
	// is true.
	//
	// +kubebuilder:default=true
	Prune *bool `json:"prune,omitempty"`

	// Wait makes the Kustomization ready only when everything it applied is.
	Wait bool `json:"wait,omitempty"`

	// Suspend stops the reconciliation; what was applied stays as it is.
	Suspend bool `json:"suspend,omitempty"`

	// Quarantine stops everything that Flux does for the tenant, and keeps the tenant
	// from starting it again: its objects are suspended and in the shard "quarantine",
	// which no controller may watch, its reconciler has no role in the home namespace,
	// and Capsule cordons its namespaces. Running pods keep running. It does not stop
	// objects that the tenant itself made in its home: give them the label
	// sharding.fluxcd.io/key=quarantine.
	Quarantine bool `json:"quarantine,omitempty"`

	// Leaving off-boards the tenant: its source and its Kustomization are left out, and
	// its account, its roles and its Tenant stay, so that Flux can delete in the
	// tenant's name what it applied. Remove the spec after that. The tree of a Fleet
	// does this in stages; see package fleet.
	Leaving bool `json:"leaving,omitempty"`

	// Force deletes and creates again what the API server refuses to change. The
	// default is false.
	Force bool `json:"force,omitempty"`

	// DeletionPolicy says what happens to the applied objects when the Kustomization is
	// deleted: MirrorPrune, Delete, WaitForTermination or Orphan. The default is Flux's,
	// MirrorPrune.
	DeletionPolicy string `json:"deletionPolicy,omitempty"`

	// TargetNamespace replaces the namespace of every applied object that has one. The
	// default is each object's own.
	TargetNamespace string `json:"targetNamespace,omitempty"`

	// NamePrefix is put before the name of every applied object.
	NamePrefix string `json:"namePrefix,omitempty"`

	// NameSuffix is put after the name of every applied object.
	NameSuffix string `json:"nameSuffix,omitempty"`

	// CommonMetadata are labels and annotations of every applied object.
	CommonMetadata *kustomizev1.CommonMetadata `json:"commonMetadata,omitempty"`

	// BuildMetadata are the annotations that kustomize adds about where an object
	// comes from.
	BuildMetadata []kustomizev1.BuildMetadataOption `json:"buildMetadata,omitempty"`

	// Components are directories of kustomize components, relative to Path.
	Components []string `json:"components,omitempty"`

	// IgnoreMissingComponents ignores Components that the source does not hold. The
	// default is false.
	IgnoreMissingComponents bool `json:"ignoreMissingComponents,omitempty"`

	// Patches change the applied objects.
	Patches []kustomize.Patch `json:"patches,omitempty"`

	// Images replace names, tags and digests of images.
	Images []kustomize.Image `json:"images,omitempty"`

	// HealthChecks are objects that must be ready before the Kustomization is. Wait
	// is about all applied objects instead.
	HealthChecks []meta.NamespacedObjectKindReference `json:"healthChecks,omitempty"`

	// HealthCheckExprs say in CEL when an object of a custom kind is ready.
	HealthCheckExprs []kustomize.CustomHealthCheck `json:"healthCheckExprs,omitempty"`

	// Decryption decrypts SOPS files in the source, with keys from a Secret of
	// the home namespace. The provider is sops when left empty.
	Decryption *Decryption `json:"decryption,omitempty"`

	// Substitute replaces ${name} in the built manifests.
	Substitute map[string]string `json:"substitute,omitempty"`

	// SubstituteStrategy is how Flux looks for ${name}. The default is Flux's.
	SubstituteStrategy kustomizev1.SubstituteStrategy `json:"substituteStrategy,omitempty"`

	// SubstituteFrom takes more values from ConfigMaps and Secrets of the home
	// namespace.
	SubstituteFrom []kustomizev1.SubstituteReference `json:"substituteFrom,omitempty"`

	// DependsOn names Kustomizations of the home namespace that must be ready first.
	// Another namespace cannot be named: no flag of Flux would keep a tenant from
	// waiting for, and so probing, another tenant's objects.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	DependsOn []string `json:"dependsOn,omitempty"`

	// Notification sends the events of the tenant's source and Kustomization to a chat,
	// a git host or any webhook. There is none by default.
	Notification *Notification `json:"notification,omitempty"`

	// Access is how Flux reaches the API server for the tenant: through Capsule Proxy,
	// tokenless or with a Secret; directly; or, by default, by impersonation only, with
	// which the tenant cannot list its own namespaces.
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

	// Objects are further objects of the tenant, which Build adds as [Bundle.Add] does.
	// A file of specs names the files that hold them; see fleet.Team.
	Objects []Object `json:"-"`

	// Position is where the spec was read, for the errors of a Fleet. ReadSpecs
	// sets it.
	Position manifest.Position `json:"-"`
}
