package quota

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

var scopes = []corev1.ResourceQuotaScope{
	corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating,
	corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort,
	corev1.ResourceQuotaScopePriorityClass, corev1.ResourceQuotaScopeCrossNamespacePodAffinity,
	corev1.ResourceQuotaScopeVolumeAttributesClass,
}

func validateScopes(path *field.Path, spec corev1.ResourceQuotaSpec) field.ErrorList {
	var errs field.ErrorList
	for i, scope := range spec.Scopes {
		errs = append(errs, validateScope(path.Index(i), scope, spec.Hard)...)
		errs = append(errs, validateConflict(path.Index(i), scope, spec.Scopes[:i])...)
	}
	return errs
}

func validateScopeSelector(path *field.Path, spec corev1.ResourceQuotaSpec) field.ErrorList {
	if spec.ScopeSelector == nil {
		return nil
	}
	var errs field.ErrorList
	before := slices.Clone(spec.Scopes) // a quota has both
	for i, match := range spec.ScopeSelector.MatchExpressions {
		name := path.Index(i).Child("scopeName")
		errs = append(errs, validateScope(name, match.ScopeName, spec.Hard)...)
		errs = append(errs, validateConflict(name, match.ScopeName, before)...)
		errs = append(errs, validateOperator(path.Index(i), match)...)
		before = append(before, match.ScopeName)
	}
	return errs
}

func validateOperator(path *field.Path, match corev1.ScopedResourceSelectorRequirement) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("operator"), match.Operator, corev1.ScopeSelectorOpIn,
		corev1.ScopeSelectorOpNotIn, corev1.ScopeSelectorOpExists, corev1.ScopeSelectorOpDoesNotExist)
	values := match.Operator == corev1.ScopeSelectorOpIn || match.Operator == corev1.ScopeSelectorOpNotIn
	switch {
	case values && len(match.Values) == 0:
		errs = append(errs, field.Required(path.Child("values"), "the operators In and NotIn have values"))
	case !values && len(match.Values) > 0:
		errs = append(errs, field.Forbidden(path.Child("values"), "only the operators In and NotIn have values"))
	}
	valued := match.ScopeName == corev1.ResourceQuotaScopePriorityClass || match.ScopeName == corev1.ResourceQuotaScopeVolumeAttributesClass
	if len(errs) == 0 && !valued && match.Operator != corev1.ScopeSelectorOpExists {
		errs = append(errs, field.Invalid(path.Child("operator"), match.Operator,
			fmt.Sprintf("must be Exists for the scope %s, which has no values", match.ScopeName)))
	}
	return errs
}

// validateScope checks a scope, and that everything the quota limits has it.
func validateScope(path *field.Path, scope corev1.ResourceQuotaScope, hard corev1.ResourceList) field.ErrorList {
	errs := validate.RequiredEnum(path, scope, scopes...)
	if len(errs) > 0 {
		return errs
	}
	for _, name := range slices.Sorted(maps.Keys(hard)) {
		if !applies(scope, name) {
			errs = append(errs, field.Invalid(path, scope, fmt.Sprintf("does not apply to %s", name)))
		}
	}
	return errs
}

// applies reports whether the objects that a resource counts can have a scope: pods,
// or volume claims.
func applies(scope corev1.ResourceQuotaScope, name corev1.ResourceName) bool {
	domain, rest, _ := strings.Cut(string(name), "/")
	switch {
	case scope == corev1.ResourceQuotaScopeVolumeAttributesClass:
		return name == corev1.ResourcePersistentVolumeClaims || name == corev1.ResourceRequestsStorage ||
			name == "count/persistentvolumeclaims" || strings.HasSuffix(domain, storageClassDomain)
	case name == corev1.ResourcePods || name == "count/pods":
		return true
	case scope == corev1.ResourceQuotaScopeBestEffort && standard(name):
		return false
	case domain == "count", strings.HasSuffix(domain, storageClassDomain), strings.HasSuffix(domain, deviceClassDomain):
		return false
	case rest == "":
		return slices.Contains(computeResources, name)
	}
	return true // an extended resource, which pods have
}

var opposites = map[corev1.ResourceQuotaScope]corev1.ResourceQuotaScope{
	corev1.ResourceQuotaScopeBestEffort:     corev1.ResourceQuotaScopeNotBestEffort,
	corev1.ResourceQuotaScopeNotBestEffort:  corev1.ResourceQuotaScopeBestEffort,
	corev1.ResourceQuotaScopeTerminating:    corev1.ResourceQuotaScopeNotTerminating,
	corev1.ResourceQuotaScopeNotTerminating: corev1.ResourceQuotaScopeTerminating,
}

func validateConflict(path *field.Path, scope corev1.ResourceQuotaScope, before []corev1.ResourceQuotaScope) field.ErrorList {
	opposite, ok := opposites[scope]
	if !ok || !slices.Contains(before, opposite) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, scope, fmt.Sprintf("conflicts with %s: nothing has both scopes", opposite))}
}
