package capsule

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateResourceQuota follows the API server's rules for the ResourceQuota
// that Capsule makes of it: there a fault would show late, and to nobody who
// looks.
func validateResourceQuota(path *field.Path, quota corev1.ResourceQuotaSpec) field.ErrorList {
	errs := validateResourceList(path.Child("hard"), quota.Hard)
	for i, scope := range quota.Scopes {
		errs = append(errs, validate.RequiredEnum(path.Child("scopes").Index(i), scope, quotaScopes...)...)
	}
	if quota.ScopeSelector == nil {
		return errs
	}
	for i, match := range quota.ScopeSelector.MatchExpressions {
		errs = append(errs, validateScopeMatch(path.Child("scopeSelector", "matchExpressions").Index(i), match)...)
	}
	return errs
}

var quotaScopes = []corev1.ResourceQuotaScope{
	corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating,
	corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort,
	corev1.ResourceQuotaScopePriorityClass, corev1.ResourceQuotaScopeCrossNamespacePodAffinity,
	corev1.ResourceQuotaScopeVolumeAttributesClass,
}

func validateScopeMatch(path *field.Path, match corev1.ScopedResourceSelectorRequirement) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("scopeName"), match.ScopeName, quotaScopes...)
	errs = append(errs, validate.RequiredEnum(path.Child("operator"), match.Operator, corev1.ScopeSelectorOpIn,
		corev1.ScopeSelectorOpNotIn, corev1.ScopeSelectorOpExists, corev1.ScopeSelectorOpDoesNotExist)...)
	values := match.Operator == corev1.ScopeSelectorOpIn || match.Operator == corev1.ScopeSelectorOpNotIn
	if values && len(match.Values) == 0 {
		errs = append(errs, field.Required(path.Child("values"), "the operators In and NotIn have values"))
	}
	if !values && len(match.Values) > 0 {
		errs = append(errs, field.Forbidden(path.Child("values"), "only the operators In and NotIn have values"))
	}
	return errs
}

// ValidateResources checks what a quota is to limit, with every fault below the
// path. An empty list is fine.
func ValidateResources(path *field.Path, hard corev1.ResourceList) field.ErrorList {
	if len(hard) == 0 {
		return nil
	}
	return validateResourceList(path, hard)
}

// validateResourceList checks limits: at least one, of resources a quota can
// count, none negative.
func validateResourceList(path *field.Path, list corev1.ResourceList) field.ErrorList {
	if len(list) == 0 {
		return field.ErrorList{field.Required(path, "at least one resource")}
	}
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(list)) {
		errs = append(errs, validateQuotaResource(path.Key(string(name)), name)...)
		if quantity := list[name]; quantity.Sign() < 0 {
			errs = append(errs, field.Invalid(path.Key(string(name)), quantity.String(), "must not be negative"))
		}
	}
	return errs
}

func validateQuotaResource(path *field.Path, name corev1.ResourceName) field.ErrorList {
	errs := validateResourceName(path, name)
	if len(errs) > 0 || strings.Contains(string(name), "/") || slices.Contains(quotaResources, name) || hugePages(name) {
		return errs
	}
	return field.ErrorList{field.NotSupported(path, name, quotaResources)}
}

func hugePages(name corev1.ResourceName) bool {
	bare := strings.TrimPrefix(string(name), corev1.DefaultResourceRequestsPrefix)
	return strings.HasPrefix(bare, corev1.ResourceHugePagesPrefix)
}

// quotaResources are those that the API server accepts without a domain.
var quotaResources = []corev1.ResourceName{
	corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage,
	corev1.ResourceRequestsCPU, corev1.ResourceRequestsMemory, corev1.ResourceRequestsStorage, corev1.ResourceRequestsEphemeralStorage,
	corev1.ResourceLimitsCPU, corev1.ResourceLimitsMemory, corev1.ResourceLimitsEphemeralStorage,
	corev1.ResourcePods, corev1.ResourceQuotas, corev1.ResourceServices, corev1.ResourceServicesNodePorts, corev1.ResourceServicesLoadBalancers,
	corev1.ResourceReplicationControllers, corev1.ResourceSecrets, corev1.ResourceConfigMaps, corev1.ResourcePersistentVolumeClaims,
}

func validateResourceName(path *field.Path, name corev1.ResourceName) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range validation.IsQualifiedName(string(name)) {
		errs = append(errs, field.Invalid(path, string(name), msg))
	}
	return errs
}
