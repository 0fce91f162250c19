package tenant

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// A Profile is a set of values for the fields of an [Isolation] and a [Quota]
// that do not depend on the cluster. What does, such as registries, classes and
// host names, is left to the spec.
//
// +kubebuilder:validation:Enum=baseline;restricted;none
type Profile string

const (
	// Baseline keeps tenants apart and runs most workloads unchanged: the Pod
	// Security Standard of that name, an isolated network, Services of the types
	// ClusterIP and LoadBalancer, and quotas.
	Baseline Profile = "baseline"

	// Restricted is Baseline with the restricted Pod Security Standard, only
	// Services of type ClusterIP, and images that are always pulled.
	Restricted Profile = "restricted"

	// NoProfile fills nothing: the tenant's namespaces are held to what the spec
	// says, and to nothing else.
	NoProfile Profile = "none"
)

// withProfile fills what the profile knows and the spec leaves out.
func (s Spec) withProfile() Spec {
	i := &s.Isolation
	switch i.Profile {
	case Baseline:
		i.PodSecurity = cmp.Or(i.PodSecurity, PodSecurityBaseline)
		i.ServiceTypes = orList(i.ServiceTypes, corev1.ServiceTypeClusterIP, corev1.ServiceTypeLoadBalancer)
	case Restricted:
		i.PodSecurity = cmp.Or(i.PodSecurity, PodSecurityRestricted)
		i.ServiceTypes = orList(i.ServiceTypes, corev1.ServiceTypeClusterIP)
		i.PullPolicies = orList(i.PullPolicies, corev1.PullAlways)
	default:
		return s
	}
	if i.Network.Isolate == nil {
		i.Network.Isolate = new(true)
	}
	// A quota for cpu and memory refuses pods that do not say what they need: the
	// LimitRange says it for them.
	i.LimitRange = withContainerDefaults(i.LimitRange)
	s.Quota.Namespaces = cmp.Or(s.Quota.Namespaces, 10)
	perNamespace := quantities(
		"requests.cpu", "8", "limits.cpu", "32",
		"requests.memory", "16Gi", "limits.memory", "32Gi",
		"requests.storage", "100Gi", "persistentvolumeclaims", "20",
		"pods", "100", "services", "50", "configmaps", "200", "secrets", "200",
	)
	maps.Copy(perNamespace, s.Quota.PerNamespace)
	s.Quota.PerNamespace = perNamespace
	s.Quota.FluxPerNamespace = s.Quota.FluxPerNamespace.or(0, 0, 0)
	return s
}

// withContainerDefaults adds an item for containers, unless there is one.
func withContainerDefaults(items []corev1.LimitRangeItem) []corev1.LimitRangeItem {
	if slices.ContainsFunc(items, func(item corev1.LimitRangeItem) bool { return item.Type == corev1.LimitTypeContainer }) {
		return items
	}
	return append(slices.Clip(items), corev1.LimitRangeItem{
		Type:           corev1.LimitTypeContainer,
		DefaultRequest: quantities("cpu", "100m", "memory", "128Mi"),
		Default:        quantities("cpu", "1", "memory", "512Mi"),
	})
}

// quantities makes a list of pairs of a resource and its amount.
func quantities(pairs ...string) corev1.ResourceList {
	list := corev1.ResourceList{}
	for i := 0; i < len(pairs); i += 2 {
		list[corev1.ResourceName(pairs[i])] = resource.MustParse(pairs[i+1])
	}
	return list
}

func orList[T any](list []T, otherwise ...T) []T {
	if list == nil {
		return otherwise
	}
	return list
}
