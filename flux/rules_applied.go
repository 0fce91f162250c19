package flux

import (
	"strings"

	"github.com/fluxcd/pkg/apis/kustomize"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateHealthCheckExprs checks everything but the expressions themselves, which
// need a CEL parser. An entry without a kind is for all kinds of the group.
//
// Upstream: cel.NewStatusReader of fluxcd/pkg/runtime, "duplicate custom health
// check".
func validateHealthCheckExprs(path *field.Path, exprs []kustomize.CustomHealthCheck) field.ErrorList {
	var errs field.ErrorList
	seen := map[schema.GroupKind]bool{}
	for i, expr := range exprs {
		at := path.Index(i)
		errs = append(errs, validate.Required(at.Child("apiVersion"), expr.APIVersion)...)
		errs = append(errs, validateAPIVersion(at.Child("apiVersion"), expr.APIVersion)...)
		errs = append(errs, validate.Required(at.Child("current"), expr.Current)...)
		kind := schema.FromAPIVersionAndKind(expr.APIVersion, expr.Kind).GroupKind()
		if seen[kind] {
			errs = append(errs, field.Duplicate(at, kind.String()))
		}
		seen[kind] = true
	}
	return errs
}

// validateAPIVersion checks an API version that may be empty.
func validateAPIVersion(path *field.Path, version string) field.ErrorList {
	if _, err := schema.ParseGroupVersion(version); err != nil {
		return field.ErrorList{field.Invalid(path, version, "must be v1 or group/version")}
	}
	return nil
}

// validateCommonMetadata: the CRD accepts anything, but with an invalid label nothing
// can be applied.
func validateCommonMetadata(path *field.Path, labels, annotations map[string]string) field.ErrorList {
	errs := validateLabels(path.Child("labels"), labels)
	return append(errs, apivalidation.ValidateAnnotations(annotations, path.Child("annotations"))...)
}

// wholeObject is the pointer to the whole object. helm-controller can ignore it as a
// whole, kustomize-controller cannot.
//
// Upstream: IgnorePathRoot of fluxcd/pkg/ssa/jsondiff.
const wholeObject = ""

// validateIgnoreRule checks a rule that lists fields that are not corrected, by JSON
// pointers that start with a slash or equal the given one.
//
// Upstream: NewSelectorRegex of fluxcd/pkg/ssa/jsondiff and lookupJSONPointer of
// fluxcd/pkg/ssa.
func validateIgnoreRule(path *field.Path, pointers []string, target *kustomize.Selector, also string) field.ErrorList {
	errs := validateSelector(path.Child("target"), target)
	path = path.Child("paths")
	if len(pointers) == 0 {
		errs = append(errs, field.Required(path, ""))
	}
	for i, pointer := range pointers {
		if !strings.HasPrefix(pointer, "/") && pointer != also {
			errs = append(errs, field.Invalid(path.Index(i), pointer, `must be a JSON pointer, starting with "/"`))
		}
	}
	return errs
}
