package capsule

import (
	"maps"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

func (l Labels) addTo(obj metav1.Object) error {
	obj.SetLabels(merged(obj.GetLabels(), l))
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

func (a Annotations) addTo(obj metav1.Object) error {
	obj.SetAnnotations(merged(obj.GetAnnotations(), a))
	return nil
}

// merged returns a new map: the one an option holds stays the caller's.
func merged(into, from map[string]string) map[string]string {
	if len(into)+len(from) == 0 {
		return nil
	}
	out := make(map[string]string, len(into)+len(from))
	maps.Copy(out, into)
	maps.Copy(out, from)
	return out
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: capsulev1beta2.GroupVersion.String(), Kind: kind}
}
