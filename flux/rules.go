package flux

import (
	"maps"
	"regexp"
	"slices"

	"github.com/fluxcd/pkg/apis/acl"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Rules that several kinds of this package share.

func validateLabels(path *field.Path, labels map[string]string) field.ErrorList {
	return metav1validation.ValidateLabels(labels, path)
}

func matches(path *field.Path, value string, form *regexp.Regexp) field.ErrorList {
	if form.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must match "+form.String())}
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}

// validateAccessFrom rejects an empty selector, which selects every namespace.
func validateAccessFrom(path *field.Path, from *acl.AccessFrom, allow allowances) field.ErrorList {
	if from == nil {
		return nil
	}
	path = path.Child("namespaceSelectors")
	if len(from.NamespaceSelectors) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	for i, selector := range from.NamespaceSelectors {
		at := path.Index(i).Child("matchLabels")
		if len(selector.MatchLabels) == 0 && !allow.has(AllowEveryNamespace) {
			errs = append(errs, field.Required(at, "without a label every namespace is selected"))
		}
		errs = append(errs, validateLabels(at, selector.MatchLabels)...)
	}
	return errs
}
