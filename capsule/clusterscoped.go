package capsule

import (
	"slices"
	"strings"

	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// clusterScoped reports whether a kind is known to have no namespace. It is false for
// unknown kinds.
func clusterScoped(gk schema.GroupKind) bool {
	for _, kind := range clusterKinds[gk.Group] {
		if kind == gk.Kind || kind == "*" {
			return true
		}
	}
	return false
}

// clusterScopedIn is clusterScoped for a kind in any of the groups, which may
// have a version.
func clusterScopedIn(groups []string, kind string) bool {
	return slices.ContainsFunc(groups, func(group string) bool {
		group, _, _ = strings.Cut(group, "/")
		if group == capsuleruntime.CoreAPIVersion {
			group = ""
		}
		return clusterScoped(schema.GroupKind{Group: group, Kind: kind})
	})
}

// clusterKinds are the cluster-scoped kinds of Kubernetes, Capsule and Capsule
// Proxy by group. Flux has none.
var clusterKinds = map[string][]string{
	"":                             {"Namespace", "Node", "PersistentVolume", "ComponentStatus"},
	"admissionregistration.k8s.io": {"*"},
	"apiextensions.k8s.io":         {"*"},
	"apiregistration.k8s.io":       {"*"},
	"authentication.k8s.io":        {"*"},
	"authorization.k8s.io":         {"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SubjectAccessReview"},
	"certificates.k8s.io":          {"CertificateSigningRequest", "ClusterTrustBundle"},
	"flowcontrol.apiserver.k8s.io": {"*"},
	"internal.apiserver.k8s.io":    {"*"},
	"networking.k8s.io":            {"IngressClass", "IPAddress", "ServiceCIDR"},
	"node.k8s.io":                  {"*"},
	"rbac.authorization.k8s.io":    {"ClusterRole", "ClusterRoleBinding"},
	"resource.k8s.io":              {"DeviceClass", "DeviceTaintRule", "ResourceSlice"},
	"scheduling.k8s.io":            {"PriorityClass"},
	"storage.k8s.io":               {"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"},
	"storagemigration.k8s.io":      {"*"},
	"capsule.clastix.io": {"CapsuleConfiguration", "GlobalCustomQuota", "GlobalProxySettings", "GlobalResourceQuota",
		"GlobalTenantResource", "ResourcePool", "Tenant", "TenantOwner"},
}
