package names

import "k8s.io/apimachinery/pkg/runtime/schema"

// ClusterScoped reports whether a kind is known to have no namespace. It is false for
// unknown kinds.
func ClusterScoped(gk schema.GroupKind) bool {
	for _, kind := range clusterKinds[gk.Group] {
		if kind == gk.Kind || kind == "*" {
			return true
		}
	}
	return false
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
