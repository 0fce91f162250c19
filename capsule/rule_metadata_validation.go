package capsule

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateMetadataRule(path *field.Path, rule rules.MetadataRule) field.ErrorList {
	var errs field.ErrorList
	if len(rule.Kinds) == 0 {
		errs = append(errs, field.Required(path.Child("kinds"), ""))
	}
	for i, kind := range rule.Kinds {
		errs = append(errs, validate.Required(path.Child("kinds").Index(i), strings.TrimSpace(kind))...)
		if kind != "Namespace" && clusterScopedIn(rule.NormalizedAPIGroups(), kind) {
			errs = append(errs, field.Invalid(path.Child("kinds").Index(i), kind, "is for the whole cluster"))
		}
	}
	if len(rule.Labels)+len(rule.Annotations) == 0 {
		errs = append(errs, field.Required(path, "at least one of labels or annotations must be set"))
	}
	wildcard := rule.HasWildcard()
	errs = append(errs, validateMetadataValues(path.Child("labels"), rule.Labels, wildcard, validation.IsValidLabelValue)...)
	return append(errs, validateMetadataValues(path.Child("annotations"), rule.Annotations, wildcard, nil)...)
}

func validateMetadataValues(path *field.Path, values map[string]rules.MetadataValueRule, wildcard bool, check func(string) []string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(values)) {
		at, rule := path.Key(key), values[key]
		set := rule.Default != nil || rule.Managed != nil
		errs = append(errs, validateMetadataKey(at, key, set)...)
		errs = append(errs, validateExpressions(at.Child("values"), rule.Values)...)
		if rule.Managed != nil && wildcard {
			errs = append(errs, field.Forbidden(at.Child("managed"), "needs apiGroups and kinds without wildcards"))
		}
		if check != nil {
			errs = append(errs, validateSetValue(at.Child("default"), rule.Default, check)...)
			errs = append(errs, validateSetValue(at.Child("managed"), rule.Managed, check)...)
		}
	}
	return errs
}

func validateSetValue(path *field.Path, value *string, check func(string) []string) field.ErrorList {
	if value == nil {
		return nil
	}
	var errs field.ErrorList
	for _, msg := range check(*value) {
		errs = append(errs, field.Invalid(path, *value, msg))
	}
	return errs
}

// metadataExpression are the characters by which Capsule recognizes an expression for
// keys.
const metadataExpression = `*[](){}+?|^$\`

func validateMetadataKey(path *field.Path, key string, set bool) field.ErrorList {
	if set || !strings.ContainsAny(key, metadataExpression) {
		var errs field.ErrorList
		for _, msg := range validation.IsQualifiedName(key) {
			errs = append(errs, field.Invalid(path, key, msg))
		}
		return errs
	}
	if _, err := regexp.Compile(rules.MetadataKeyExpression(key).Expression); err != nil {
		return field.ErrorList{field.Invalid(path, key, err.Error())}
	}
	return nil
}
