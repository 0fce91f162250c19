// Package quota checks the specs of Kubernetes' ResourceQuotas and LimitRanges, which
// Capsule creates from its own kinds: there a mistake shows late, where nobody looks.
//
// [Validate] follows ValidateResourceQuotaSpec, [ValidateLimits] ValidateLimitRange
// of k8s.io/kubernetes/pkg/apis/core/validation; both also reject accepted resources
// that are never counted. The tests in folder upstream, a separate module, compare
// the verdicts.
package quota

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Validate checks a quota that limits at least one resource.
func Validate(path *field.Path, spec corev1.ResourceQuotaSpec) field.ErrorList {
	hard := path.Child("hard")
	errs := ValidateResources(hard, spec.Hard)
	if len(spec.Hard) == 0 {
		errs = append(errs, field.Required(hard, "at least one resource"))
	}
	errs = append(errs, validateScopes(path.Child("scopes"), spec)...)
	return append(errs, validateScopeSelector(path.Child("scopeSelector", "matchExpressions"), spec)...)
}

// ValidateResources checks the resources of a quota. An empty list is valid.
func ValidateResources(path *field.Path, hard corev1.ResourceList) field.ErrorList {
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(hard)) {
		at := path.Key(string(name))
		errs = append(errs, validateName(at, name)...)
		errs = append(errs, validateQuantity(at, name, hard[name])...)
	}
	return errs
}

func validateName(path *field.Path, name corev1.ResourceName) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range validation.IsQualifiedName(string(name)) {
		errs = append(errs, field.Invalid(path, string(name), msg))
	}
	if len(errs) > 0 || standard(name) {
		return errs
	}
	domain, rest, ok := strings.Cut(string(name), "/")
	switch {
	case !ok:
		return field.ErrorList{field.NotSupported(path, name, standardResources)}
	case domain == "count":
		return validateCount(path, name, rest)
	case strings.HasSuffix(domain, storageClassDomain):
		if rest != string(corev1.ResourceRequestsStorage) && rest != string(corev1.ResourcePersistentVolumeClaims) {
			return field.ErrorList{field.Invalid(path, string(name), "counts nothing: a storage class has requests.storage and persistentvolumeclaims")}
		}
		return nil
	case strings.HasSuffix(domain, deviceClassDomain) && rest == "devices":
		return nil
	}
	return validateExtended(path, name)
}

// coreResources are the namespaced resources of the core group, which alone have no
// group behind their names.
var coreResources = []string{
	"configmaps", "endpoints", "events", "limitranges", "persistentvolumeclaims", "pods", "podtemplates",
	"replicationcontrollers", "resourcequotas", "secrets", "serviceaccounts", "services",
}

// validateCount checks a number of objects, count/<resource>.<group>.
func validateCount(path *field.Path, name corev1.ResourceName, resource string) field.ErrorList {
	if strings.Contains(resource, ".") || slices.Contains(coreResources, resource) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, string(name), "counts nothing: the core group has no such resource, others are count/<plural>.<group>, such as count/jobs.batch")}
}

// validateExtended checks a resource of nodes that Kubernetes does not define.
func validateExtended(path *field.Path, name corev1.ResourceName) field.ErrorList {
	extended, requests := strings.CutPrefix(string(name), corev1.DefaultResourceRequestsPrefix)
	extended = strings.TrimPrefix(extended, "limits.")
	switch {
	case strings.Contains(extended, corev1.ResourceDefaultNamespacePrefix) && !strings.HasPrefix(extended, implicitDevice):
		return field.ErrorList{field.Invalid(path, string(name), "counts nothing: an extended resource is outside of kubernetes.io")}
	case !requests:
		return field.ErrorList{field.Invalid(path, string(name),
			"counts nothing: a quota counts only the requests of an extended resource, requests."+extended)}
	}
	return nil
}

// The domains of resources that the API server counts for each storage class
// and each class of devices.
const (
	storageClassDomain = ".storageclass.storage.k8s.io"
	deviceClassDomain  = ".deviceclass.resource.k8s.io"
	implicitDevice     = "deviceclass.resource.kubernetes.io/"
)

func validateQuantity(path *field.Path, name corev1.ResourceName, quantity resource.Quantity) field.ErrorList {
	var errs field.ErrorList
	if quantity.Sign() < 0 {
		errs = append(errs, field.Invalid(path, quantity.String(), "must not be negative"))
	}
	switch fraction := quantity.MilliValue()%1000 != 0; {
	case fraction && counted(name):
		errs = append(errs, field.Invalid(path, quantity.String(), "must be an integer"))
	case fraction && inBytes(name):
		errs = append(errs, notWholeBytes(path, quantity))
	}
	return errs
}

// inBytes reports whether a resource is an amount of memory or storage.
func inBytes(name corev1.ResourceName) bool {
	return strings.HasSuffix(string(name), "memory") || strings.HasSuffix(string(name), "storage")
}

func notWholeBytes(path *field.Path, quantity resource.Quantity) *field.Error {
	return field.Invalid(path, quantity.String(), "must be whole bytes: m is a thousandth, M a million")
}

// counted reports whether a resource is a whole number: objects, devices, and the
// bytes of a storage class.
func counted(name corev1.ResourceName) bool {
	return slices.Contains(objectResources, name) || strings.Contains(string(name), "/")
}

// standard reports whether the API server accepts a resource without a domain.
func standard(name corev1.ResourceName) bool {
	bare := strings.TrimPrefix(string(name), corev1.DefaultResourceRequestsPrefix)
	return slices.Contains(standardResources, name) || strings.HasPrefix(bare, corev1.ResourceHugePagesPrefix)
}

// objectResources are numbers of objects.
var objectResources = []corev1.ResourceName{
	corev1.ResourcePods, corev1.ResourceQuotas, corev1.ResourceServices, corev1.ResourceServicesNodePorts, corev1.ResourceServicesLoadBalancers,
	corev1.ResourceReplicationControllers, corev1.ResourceSecrets, corev1.ResourceConfigMaps, corev1.ResourcePersistentVolumeClaims,
}

// computeResources are the CPU and memory of pods.
var computeResources = []corev1.ResourceName{
	corev1.ResourceCPU, corev1.ResourceMemory,
	corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory,
}

var standardResources = slices.Concat(computeResources, []corev1.ResourceName{
	corev1.ResourceEphemeralStorage, corev1.ResourceRequestsEphemeralStorage, corev1.ResourceLimitsEphemeralStorage, corev1.ResourceRequestsStorage,
}, objectResources)
