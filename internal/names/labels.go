package names

import "strings"

const (
	// TenantLabel is on every object of a tenant's bundle, with the tenant's name.
	// It is Flux's convention: `flux create tenant` sets it.
	TenantLabel = "toolkit.fluxcd.io/tenant"

	// MemberLabel is set by Capsule on every namespace of a tenant.
	MemberLabel = "capsule.clastix.io/tenant"

	// OwnerLabel is on every TenantOwner, with the name of the Tenant it owns.
	OwnerLabel = "projectcapsule.dev/tenant"

	// PodSecurityLabel is the Pod Security Standard that Kubernetes enforces in a
	// namespace.
	PodSecurityLabel = "pod-security.kubernetes.io/enforce"
)

// reserved are the domains of labels that mean something to Capsule, Flux or
// Kubernetes: on the wrong object they give it to another owner.
var reserved = []string{"capsule.clastix.io", "projectcapsule.dev", "fluxcd.io", "kubernetes.io", "k8s.io"}

// LabelOwner returns the domain of Capsule, Flux or Kubernetes to which the key of a
// label or an annotation belongs. It returns "" for a key that is free to use, such
// as those of app.kubernetes.io.
func LabelOwner(key string) string {
	domain, _, ok := strings.Cut(key, "/")
	if !ok || domain == "app.kubernetes.io" {
		return ""
	}
	for _, owner := range reserved {
		if domain == owner || strings.HasSuffix(domain, "."+owner) {
			return owner
		}
	}
	return ""
}
