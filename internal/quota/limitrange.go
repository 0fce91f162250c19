package quota

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ValidateLimits checks the entries of a LimitRange, as ValidateLimitRange of
// k8s.io/kubernetes/pkg/apis/core/validation does. An entry has at least one limit.
func ValidateLimits(path *field.Path, items []corev1.LimitRangeItem) field.ErrorList {
	var errs field.ErrorList
	types := map[corev1.LimitType]bool{}
	for i, item := range items {
		errs = append(errs, validateLimits(path.Index(i), item)...)
		if types[item.Type] {
			errs = append(errs, field.Duplicate(path.Index(i).Child("type"), item.Type))
		}
		types[item.Type] = true
	}
	return errs
}

func validateLimits(path *field.Path, item corev1.LimitRangeItem) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("type"), item.Type,
		corev1.LimitTypePod, corev1.LimitTypeContainer, corev1.LimitTypePersistentVolumeClaim)
	lists := []limitList{ // each at most as large as the next
		{"min", item.Min}, {"defaultRequest", item.DefaultRequest}, {"default", item.Default}, {"max", item.Max},
	}
	for i, lower := range lists {
		errs = append(errs, validateLimitNames(path.Child(lower.name), item.Type, lower.limits)...)
		errs = append(errs, validateBytes(path.Child(lower.name), lower.limits)...)
		errs = append(errs, validateOrder(path.Child(lower.name), lower.limits, lists[i+1:])...)
	}
	errs = append(errs, validateRatios(path.Child("maxLimitRequestRatio"), item)...)
	if item.Type != corev1.LimitTypeContainer {
		for _, list := range lists[1:3] {
			if len(list.limits) > 0 {
				errs = append(errs, field.Forbidden(path.Child(list.name), "only containers have defaults"))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(item.DefaultRequest)) {
		request, limit := item.DefaultRequest[name], item.Default[name]
		if _, ok := item.Default[name]; ok && !overcommit(name) && request.Cmp(limit) < 0 {
			errs = append(errs, field.Invalid(path.Child("defaultRequest").Key(string(name)), request.String(),
				"must be equal to default, "+limit.String()+", for a resource that cannot be overcommitted"))
		}
	}
	_, least := item.Min[corev1.ResourceStorage]
	_, most := item.Max[corev1.ResourceStorage]
	switch {
	case len(item.Min)+len(item.DefaultRequest)+len(item.Default)+len(item.Max)+len(item.MaxLimitRequestRatio) == 0:
		errs = append(errs, field.Required(path, "at least one limit"))
	case item.Type == corev1.LimitTypePersistentVolumeClaim && !least && !most:
		errs = append(errs, field.Required(path, "min or max of storage"))
	}
	return errs
}

// limitList is one of the lists of an entry, by the name of its field.
type limitList struct {
	name   string
	limits corev1.ResourceList
}

func validateLimitNames(path *field.Path, kind corev1.LimitType, limits corev1.ResourceList) field.ErrorList {
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		at, quantity := path.Key(string(name)), limits[name]
		for _, msg := range validation.IsQualifiedName(string(name)) {
			errs = append(errs, field.Invalid(at, string(name), msg))
		}
		if quantity.Sign() < 0 {
			errs = append(errs, field.Invalid(at, quantity.String(), "must not be negative"))
		}
		switch {
		case kind == corev1.LimitTypePersistentVolumeClaim:
			errs = append(errs, validate.Enum(at, name, corev1.ResourceStorage)...)
		case strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix):
		case !strings.Contains(string(name), "/"):
			errs = append(errs, validate.Enum(at, name, corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage)...)
		case !native(name) && strings.HasPrefix(string(name), corev1.DefaultResourceRequestsPrefix):
			errs = append(errs, field.Invalid(at, string(name), "must be the name of the resource itself, without requests."))
		case !native(name):
			for _, msg := range validation.IsQualifiedName(corev1.DefaultResourceRequestsPrefix + string(name)) {
				errs = append(errs, field.Invalid(at, string(name), msg))
			}
		}
	}
	return errs
}

func validateBytes(path *field.Path, limits corev1.ResourceList) field.ErrorList {
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		if quantity := limits[name]; inBytes(name) && quantity.MilliValue()%1000 != 0 {
			errs = append(errs, notWholeBytes(path.Key(string(name)), quantity))
		}
	}
	return errs
}

func validateOrder(path *field.Path, limits corev1.ResourceList, uppers []limitList) field.ErrorList {
	var errs field.ErrorList
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		quantity := limits[name]
		for _, upper := range uppers {
			if most, ok := upper.limits[name]; ok && quantity.Cmp(most) > 0 {
				errs = append(errs, field.Invalid(path.Key(string(name)), quantity.String(),
					"must be less than or equal to "+upper.name+", "+most.String()))
			}
		}
	}
	return errs
}

// validateRatios checks how much larger than a request a limit may be.
func validateRatios(path *field.Path, item corev1.LimitRangeItem) field.ErrorList {
	errs := validateLimitNames(path, item.Type, item.MaxLimitRequestRatio)
	for _, name := range slices.Sorted(maps.Keys(item.MaxLimitRequestRatio)) {
		ratio := item.MaxLimitRequestRatio[name]
		if ratio.Cmp(resource.MustParse("1")) < 0 {
			errs = append(errs, field.Invalid(path.Key(string(name)), ratio.String(), "must be greater than or equal to 1"))
		}
		least, hasMin := item.Min[name]
		most, hasMax := item.Max[name]
		if !hasMin || !hasMax {
			continue
		}
		if limit := most.AsApproximateFloat64() / least.AsApproximateFloat64(); ratio.AsApproximateFloat64() > limit {
			errs = append(errs, field.Invalid(path.Key(string(name)), ratio.String(), fmt.Sprintf("must be less than or equal to max divided by min, %g", limit)))
		}
	}
	return errs
}

// native reports whether a resource is one that Kubernetes defines.
func native(name corev1.ResourceName) bool {
	return !strings.Contains(string(name), "/") || strings.Contains(string(name), corev1.ResourceDefaultNamespacePrefix)
}

// overcommit reports whether the limit of a resource may be larger than its
// request.
func overcommit(name corev1.ResourceName) bool {
	return native(name) && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
}
