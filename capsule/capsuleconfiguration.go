package capsule

import (
	"cmp"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// DefaultCacheInvalidation is the default of spec.cacheInvalidation, how often
// Capsule drops its caches. It is the CRD's default.
const DefaultCacheInvalidation = 24 * time.Hour

// CapsuleConfiguration is the configuration of Capsule itself. Its name is the value
// of Capsule's flag --configuration-name, by default "default".
//
// Capsule's chart makes one, which contains the webhooks. A built one replaces it as
// a whole: server-side apply replaces the list of users, and a copy in git without
// the webhooks removes them. Tenants never need it, since a [TenantOwner] is a
// Capsule user by itself. See also [MergeUsers].
//
// An empty spec.nodeMetadata, without which Capsule's webhook panics, and an empty
// spec.rbac become {}; spec.cacheInvalidation becomes [DefaultCacheInvalidation]; if
// spec.overrides has some names, its empty names become the CRD's defaults.
//
// See https://projectcapsule.dev/docs/operating/setup/configuration/
func CapsuleConfiguration(metadata metav1.ObjectMeta, spec capsulev1beta2.CapsuleConfigurationSpec, allow ...Allowance) (*capsulev1beta2.CapsuleConfiguration, error) {
	if spec.NodeMetadata == nil {
		spec.NodeMetadata = &capsulev1beta2.NodeMetadata{}
	}
	// These two are never omitted: left empty they are sent as null and 0s.
	if spec.RBAC == nil {
		spec.RBAC = &capsulev1beta2.RBACConfiguration{}
	}
	spec.CacheInvalidation.Duration = cmp.Or(spec.CacheInvalidation.Duration, DefaultCacheInvalidation)
	if spec.CapsuleResources != (capsulev1beta2.CapsuleResources{}) {
		spec.CapsuleResources = withDefaults(spec.CapsuleResources)
	}
	config := &capsulev1beta2.CapsuleConfiguration{TypeMeta: typeMeta("CapsuleConfiguration"), ObjectMeta: metadata, Spec: spec}
	return finish(config, allow)
}

// withDefaults fills in the names that the CRD gives by default. None of them is ever
// omitted, so if one is set, the others must be.
func withDefaults(resources capsulev1beta2.CapsuleResources) capsulev1beta2.CapsuleResources {
	resources.TLSSecretName = cmp.Or(resources.TLSSecretName, "capsule-tls")
	//nolint:staticcheck // deprecated in Capsule, still required
	resources.MutatingWebhookConfigurationName = cmp.Or(resources.MutatingWebhookConfigurationName, "capsule-mutating-webhook-configuration")
	//nolint:staticcheck // deprecated in Capsule, still required
	resources.ValidatingWebhookConfigurationName = cmp.Or(resources.ValidatingWebhookConfigurationName, "capsule-validating-webhook-configuration")
	return resources
}
