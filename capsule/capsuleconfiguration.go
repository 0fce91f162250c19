package capsule

import (
	"slices"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// DefaultCacheInvalidation is how often Capsule drops its caches unless
// [CacheInvalidation] says otherwise; it is the CRD's default.
const DefaultCacheInvalidation = 24 * time.Hour

// A CapsuleConfigurationOption sets something on a [CapsuleConfiguration].
type CapsuleConfigurationOption interface {
	ApplyToCapsuleConfiguration(*capsulev1beta2.CapsuleConfiguration) error
}

// CapsuleConfigurationFunc is an option of one's own, for whatever has none
// here. What it sets is validated like the rest.
type CapsuleConfigurationFunc func(*capsulev1beta2.CapsuleConfiguration) error

// ApplyToCapsuleConfiguration calls f.
func (f CapsuleConfigurationFunc) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	if f == nil {
		return nil
	}
	return f(config)
}

// CapsuleConfiguration is the configuration of Capsule itself, under the name
// that its flag --configuration-name gives, default unless changed.
//
// Capsule's chart makes one, with the webhooks in it. To build one is to take it
// over as a whole: server-side apply replaces the list of users, and a copy in
// git that lacks the webhooks removes them. Tenants never need it, since a
// [TenantOwner] is a Capsule user by itself. See also [MergeUsers].
//
// See https://projectcapsule.dev/docs/operating/setup/configuration/
func CapsuleConfiguration(name string, opts ...CapsuleConfigurationOption) (*capsulev1beta2.CapsuleConfiguration, error) {
	config := &capsulev1beta2.CapsuleConfiguration{
		TypeMeta:   typeMeta("CapsuleConfiguration"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: capsulev1beta2.CapsuleConfigurationSpec{
			// Capsule 0.14's webhook follows this pointer without a look.
			NodeMetadata: &capsulev1beta2.NodeMetadata{},
			// These are never omitted: left alone they are sent as null and 0s.
			RBAC:              &capsulev1beta2.RBACConfiguration{},
			CacheInvalidation: metav1.Duration{Duration: DefaultCacheInvalidation},
		},
	}
	return build.WithOptions(config, opts, CapsuleConfigurationOption.ApplyToCapsuleConfiguration, validateCapsuleConfiguration)
}

// Users adds [User], [Group] and [ServiceAccount] subjects that Capsule looks
// after. It lets the requests of all others pass, unless they are a
// [TenantOwner] that aggregates.
type Users []rbac.UserSpec

// ApplyToCapsuleConfiguration appends to spec.users.
func (u Users) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.Users = append(config.Spec.Users, u...)
	return nil
}

// Administrators adds subjects that own every tenant.
type Administrators []rbac.UserSpec

// ApplyToCapsuleConfiguration appends to spec.administrators.
func (a Administrators) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.Administrators = append(config.Spec.Administrators, a...)
	return nil
}

// IgnoreUserWithGroups adds groups whose members Capsule does not look after,
// even where they are among its users.
type IgnoreUserWithGroups []string

// ApplyToCapsuleConfiguration appends to spec.ignoreUserWithGroups.
func (i IgnoreUserWithGroups) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.IgnoreUserWithGroups = append(config.Spec.IgnoreUserWithGroups, i...)
	return nil
}

// AllowServiceAccountPromotion lets the owners of a tenant make owners of the
// ServiceAccounts in its namespaces, with a label. See also [ForbidOwnerPromotion].
type AllowServiceAccountPromotion bool

// ApplyToCapsuleConfiguration sets spec.allowServiceAccountPromotion.
func (a AllowServiceAccountPromotion) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.AllowServiceAccountPromotion = bool(a)
	return nil
}

// ApplyToCapsuleConfiguration sets spec.forceTenantPrefix, for tenants that say
// nothing themselves.
func (f ForceTenantPrefix) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.ForceTenantPrefix = bool(f)
	return nil
}

// ProtectedNamespaceRegex is a regular expression for the names that namespaces
// of tenants cannot have. It is looked for anywhere in the name: anchor it.
type ProtectedNamespaceRegex string

// ApplyToCapsuleConfiguration sets spec.protectedNamespaceRegex.
func (p ProtectedNamespaceRegex) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.ProtectedNamespaceRegexpString = string(p)
	return nil
}

// ForbiddenNodeLabels are labels that owners with a node selector cannot set on
// their nodes.
type ForbiddenNodeLabels api.ForbiddenListSpec

// ApplyToCapsuleConfiguration sets spec.nodeMetadata.forbiddenLabels.
func (f ForbiddenNodeLabels) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	nodeMetadata(config).ForbiddenLabels = api.ForbiddenListSpec{Exact: slices.Clone(f.Exact), Regex: f.Regex}
	return nil
}

// ForbiddenNodeAnnotations are annotations that owners with a node selector
// cannot set on their nodes.
type ForbiddenNodeAnnotations api.ForbiddenListSpec

// ApplyToCapsuleConfiguration sets spec.nodeMetadata.forbiddenAnnotations.
func (f ForbiddenNodeAnnotations) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	nodeMetadata(config).ForbiddenAnnotations = api.ForbiddenListSpec{Exact: slices.Clone(f.Exact), Regex: f.Regex}
	return nil
}

func nodeMetadata(config *capsulev1beta2.CapsuleConfiguration) *capsulev1beta2.NodeMetadata {
	if config.Spec.NodeMetadata == nil {
		config.Spec.NodeMetadata = &capsulev1beta2.NodeMetadata{}
	}
	return config.Spec.NodeMetadata
}

// EnableTLSReconciler makes Capsule issue the certificates of its webhooks
// itself.
type EnableTLSReconciler bool

// ApplyToCapsuleConfiguration sets spec.enableTLSReconciler.
func (e EnableTLSReconciler) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.EnableTLSReconciler = bool(e)
	return nil
}

// Overrides are the names of the objects that belong to Capsule's installation.
// What is left empty keeps its default.
type Overrides capsulev1beta2.CapsuleResources

// ApplyToCapsuleConfiguration sets spec.overrides.
func (o Overrides) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.CapsuleResources = withDefaults(capsulev1beta2.CapsuleResources(o))
	return nil
}

// Admission are the webhooks that Capsule installs for itself, and how the API
// server reaches them: by URL or by Service.
type Admission capsulev1beta2.DynamicAdmission

// ApplyToCapsuleConfiguration sets spec.admission.
func (a Admission) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	admission := capsulev1beta2.DynamicAdmission(a)
	config.Spec.Admission = *admission.DeepCopy()
	return nil
}

// RBAC are the ClusterRoles that Capsule makes and binds. What is left empty
// keeps its default.
type RBAC capsulev1beta2.RBACConfiguration

// ApplyToCapsuleConfiguration sets spec.rbac.
func (r RBAC) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	spec := capsulev1beta2.RBACConfiguration(r)
	config.Spec.RBAC = spec.DeepCopy()
	return nil
}

// CacheInvalidation is how often Capsule drops its caches.
type CacheInvalidation time.Duration

// ApplyToCapsuleConfiguration sets spec.cacheInvalidation.
func (c CacheInvalidation) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.CacheInvalidation = metav1.Duration{Duration: time.Duration(c)}
	return nil
}

// Impersonation is how replications act as ServiceAccounts, and as which when
// they name none.
type Impersonation capsulev1beta2.ServiceAccountClient

// ApplyToCapsuleConfiguration sets spec.impersonation.
func (i Impersonation) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.Impersonation = capsulev1beta2.ServiceAccountClient(i)
	return nil
}

// EventNamespace is where Capsule puts events about objects of the whole
// cluster; the default is default.
type EventNamespace string

// ApplyToCapsuleConfiguration sets spec.events.namespace.
func (e EventNamespace) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.Events.ClusterEventNamespace = string(e)
	return nil
}
