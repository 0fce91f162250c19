package tenant

import (
	"cmp"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// A Profile is a set of values for the fields of an [Isolation] and a [Quota] that do
// not depend on the cluster. The spec sets the fields that do, such as registries,
// classes and host names.
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

	// NoProfile fills nothing: only the spec's fields limit the tenant's namespaces.
	NoProfile Profile = "none"
)

// withProfile fills the spec's empty fields from the profile.
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
	// A quota for cpu and memory refuses pods without requests and limits: the
	// LimitRange sets their defaults.
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

// withContainerDefaults adds default requests and limits of CPU and memory: to the
// item for containers where it lacks them, or as a new item.
func withContainerDefaults(items []corev1.LimitRangeItem) []corev1.LimitRangeItem {
	items = slices.Clone(items)
	isContainer := func(item corev1.LimitRangeItem) bool { return item.Type == corev1.LimitTypeContainer }
	i := slices.IndexFunc(items, isContainer)
	if i < 0 {
		i, items = len(items), append(items, corev1.LimitRangeItem{Type: corev1.LimitTypeContainer})
	}
	container := items[i].DeepCopy()
	limits := quantities("cpu", "1", "memory", "512Mi")
	for name, request := range quantities("cpu", "100m", "memory", "128Mi") {
		limit := limits[name]
		for _, item := range items {
			if item.Type != corev1.LimitTypePersistentVolumeClaim {
				request, limit = within(item, name, request), within(item, name, limit)
			}
		}
		fill(container, name, request, limit)
	}
	items[i] = *container
	return items
}

// within returns the amount, or the item's bound if the amount is outside of it.
func within(item corev1.LimitRangeItem, name corev1.ResourceName, amount resource.Quantity) resource.Quantity {
	if least, ok := item.Min[name]; ok && amount.Cmp(least) < 0 {
		return least
	}
	if most, ok := item.Max[name]; ok && amount.Cmp(most) > 0 {
		return most
	}
	return amount
}

// fill sets the default limit and request of a resource, unless the API server takes
// them from default or max. A missing default request becomes the limit, which fits
// every maxLimitRequestRatio.
func fill(item *corev1.LimitRangeItem, name corev1.ResourceName, request, limit resource.Quantity) {
	_, hasLimit := item.Default[name]
	_, hasMax := item.Max[name]
	if hasLimit || hasMax {
		return
	}
	given, hasRequest := item.DefaultRequest[name]
	if hasRequest && limit.Cmp(given) < 0 {
		limit = given
	}
	item.Default = withResource(item.Default, name, limit)
	if _, ratio := item.MaxLimitRequestRatio[name]; !hasRequest && !ratio {
		item.DefaultRequest = withResource(item.DefaultRequest, name, request)
	}
}

func withResource(list corev1.ResourceList, name corev1.ResourceName, amount resource.Quantity) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	list[name] = amount
	return list
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
