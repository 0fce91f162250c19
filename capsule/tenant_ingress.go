package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
)

// AllowedHostnames adds the host names that the tenant's Ingresses may have, each
// as it stands: *.example.com allows that name and no other. A rule without a
// host is then refused, but an Ingress with a default backend and no rules is
// not. A rule with [Hostnames] refuses it too, and covers Gateway API objects.
type AllowedHostnames []string

// ApplyToTenant appends to spec.ingressOptions.allowedHostnames.allowed.
func (a AllowedHostnames) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	list := allowedHostnames(tenant)
	list.Exact = append(list.Exact, a...)
	return nil
}

// HostnameCollisionScope refuses an Ingress whose host and path are taken:
// in all namespaces that Capsule manages (Cluster), in those of the tenant
// (Tenant), in its own (Namespace), or never (Disabled, the default).
type HostnameCollisionScope api.HostnameCollisionScope

// ApplyToTenant sets spec.ingressOptions.hostnameCollisionScope.
func (h HostnameCollisionScope) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.IngressOptions.HostnameCollisionScope = api.HostnameCollisionScope(h)
	return nil
}

// AllowWildcardHostnames lets the tenant's Ingresses have host names such as
// *.example.com.
type AllowWildcardHostnames bool

// ApplyToTenant sets spec.ingressOptions.allowWildcardHostnames.
func (a AllowWildcardHostnames) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.IngressOptions.AllowWildcardHostnames = bool(a)
	return nil
}

func allowedHostnames(tenant *capsulev1beta2.Tenant) *api.AllowedListSpec {
	if tenant.Spec.IngressOptions.AllowedHostnames == nil {
		tenant.Spec.IngressOptions.AllowedHostnames = &api.AllowedListSpec{}
	}
	return tenant.Spec.IngressOptions.AllowedHostnames
}
