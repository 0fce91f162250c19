package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// TenantLabel is the label under which Capsule looks for the [TenantOwner]
// objects of a tenant. It is not the label of membership, which Capsule sets
// itself on the tenant's namespaces and refuses elsewhere.
const TenantLabel = "projectcapsule.dev/tenant"

// Labels adds labels to the object; a later value of a key replaces an earlier one.
type Labels map[string]string

// ApplyToTenant adds to metadata.labels.
func (l Labels) ApplyToTenant(tenant *capsulev1beta2.Tenant) error { return l.addTo(tenant) }

// ApplyToTenantOwner adds to metadata.labels.
func (l Labels) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error { return l.addTo(owner) }

// ApplyToCapsuleConfiguration adds to metadata.labels.
func (l Labels) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	return l.addTo(config)
}

// ApplyToCustomQuota adds to metadata.labels.
func (l Labels) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error { return l.addTo(quota) }

// ApplyToGlobalCustomQuota adds to metadata.labels.
func (l Labels) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	return l.addTo(quota)
}

// ApplyToGlobalResourceQuota adds to metadata.labels.
func (l Labels) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	return l.addTo(quota)
}

// ApplyToGlobalTenantResource adds to metadata.labels.
func (l Labels) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	return l.addTo(resource)
}

// ApplyToResourcePool adds to metadata.labels.
func (l Labels) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error { return l.addTo(pool) }

// ApplyToResourcePoolClaim adds to metadata.labels.
func (l Labels) ApplyToResourcePoolClaim(claim *capsulev1beta2.ResourcePoolClaim) error {
	return l.addTo(claim)
}

// ApplyToTenantResource adds to metadata.labels.
func (l Labels) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	return l.addTo(resource)
}

// ApplyToGlobalProxySettings adds to metadata.labels.
func (l Labels) ApplyToGlobalProxySettings(settings *proxyv1beta1.GlobalProxySettings) error {
	return l.addTo(settings)
}

// ApplyToProxySetting adds to metadata.labels.
func (l Labels) ApplyToProxySetting(setting *proxyv1beta1.ProxySetting) error {
	return l.addTo(setting)
}

func (l Labels) addTo(obj metav1.Object) error {
	obj.SetLabels(build.Merge(obj.GetLabels(), l))
	return nil
}

// Annotations adds annotations to the object; a later value of a key replaces
// an earlier one.
type Annotations map[string]string

// ApplyToTenant adds to metadata.annotations.
func (a Annotations) ApplyToTenant(tenant *capsulev1beta2.Tenant) error { return a.addTo(tenant) }

// ApplyToTenantOwner adds to metadata.annotations.
func (a Annotations) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error {
	return a.addTo(owner)
}

// ApplyToCapsuleConfiguration adds to metadata.annotations.
func (a Annotations) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	return a.addTo(config)
}

// ApplyToCustomQuota adds to metadata.annotations.
func (a Annotations) ApplyToCustomQuota(quota *capsulev1beta2.CustomQuota) error {
	return a.addTo(quota)
}

// ApplyToGlobalCustomQuota adds to metadata.annotations.
func (a Annotations) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	return a.addTo(quota)
}

// ApplyToGlobalResourceQuota adds to metadata.annotations.
func (a Annotations) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	return a.addTo(quota)
}

// ApplyToGlobalTenantResource adds to metadata.annotations.
func (a Annotations) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	return a.addTo(resource)
}

// ApplyToResourcePool adds to metadata.annotations.
func (a Annotations) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	return a.addTo(pool)
}

// ApplyToResourcePoolClaim adds to metadata.annotations.
func (a Annotations) ApplyToResourcePoolClaim(claim *capsulev1beta2.ResourcePoolClaim) error {
	return a.addTo(claim)
}

// ApplyToTenantResource adds to metadata.annotations.
func (a Annotations) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	return a.addTo(resource)
}

// ApplyToGlobalProxySettings adds to metadata.annotations.
func (a Annotations) ApplyToGlobalProxySettings(settings *proxyv1beta1.GlobalProxySettings) error {
	return a.addTo(settings)
}

// ApplyToProxySetting adds to metadata.annotations.
func (a Annotations) ApplyToProxySetting(setting *proxyv1beta1.ProxySetting) error {
	return a.addTo(setting)
}

func (a Annotations) addTo(obj metav1.Object) error {
	obj.SetAnnotations(build.Merge(obj.GetAnnotations(), a))
	return nil
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: capsulev1beta2.GroupVersion.String(), Kind: kind}
}

// asked reports whether the last T among the options says yes.
func asked[T ~bool, O any](opts []O) bool {
	var yes T
	for _, opt := range opts {
		if t, ok := any(opt).(T); ok {
			yes = t
		}
	}
	return bool(yes)
}
