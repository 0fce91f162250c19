package flux

import (
	"regexp"
	"slices"
	"strconv"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ImagePolicy elects the latest tag of an ImageRepository, see
// [ImageRepositoryRef], by exactly one of semver, alphabetical and numerical of
// spec.policy.
//
// See https://fluxcd.io/flux/components/image/imagepolicies/
func ImagePolicy(metadata metav1.ObjectMeta, spec reflectorv1.ImagePolicySpec, allow ...Allowance) (*reflectorv1.ImagePolicy, error) {
	return finish(&reflectorv1.ImagePolicy{TypeMeta: typeMeta(reflectorv1.ImagePolicyKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateImagePolicy(path *field.Path, spec *reflectorv1.ImagePolicySpec) field.ErrorList {
	errs := validate.Subdomain(path.Child("imageRepositoryRef", "name"), spec.ImageRepositoryRef.Name)
	errs = append(errs, validate.OptionalLabel(path.Child("imageRepositoryRef", "namespace"), spec.ImageRepositoryRef.Namespace)...)
	errs = append(errs, validatePolicyChoice(path.Child("policy"), spec.Policy)...)
	if filter := spec.FilterTags; filter != nil {
		errs = append(errs, validateTagFilter(path.Child("filterTags"), filter)...)
	}
	errs = append(errs, validate.Enum(path.Child("digestReflectionPolicy"), spec.DigestReflectionPolicy,
		reflectorv1.ReflectAlways, reflectorv1.ReflectIfNotPresent, reflectorv1.ReflectNever)...)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), spec.Interval)...)

	always := spec.DigestReflectionPolicy == reflectorv1.ReflectAlways
	switch interval := spec.Interval; {
	case always && interval == nil:
		errs = append(errs, field.Required(path.Child("interval"), "when digestReflectionPolicy is Always"))
	case !always && interval != nil:
		errs = append(errs, field.Forbidden(path.Child("interval"), "may be set only when digestReflectionPolicy is Always"))
	}
	return errs
}

// extracted is a group in the template of filterTags.extract: $name or ${name}.
var extracted = regexp.MustCompile(`\$(?:\$|(\w+)|\{(\w+)\})`)

// validateTagFilter: a group that the pattern does not have is extracted as an empty
// string, so that all tags are the same.
//
// Upstream: RegexFilter.Apply in internal/policy of image-reflector-controller, by
// regexp.Expand.
func validateTagFilter(path *field.Path, filter *reflectorv1.TagFilter) field.ErrorList {
	pattern, err := regexp.Compile(filter.Pattern)
	if err != nil {
		return field.ErrorList{field.Invalid(path.Child("pattern"), filter.Pattern, err.Error())}
	}
	var errs field.ErrorList
	for _, group := range extracted.FindAllStringSubmatch(filter.Extract, -1) {
		name := group[1] + group[2]
		number, err := strconv.Atoi(name)
		if name != "" && !(err == nil && number <= pattern.NumSubexp()) && !slices.Contains(pattern.SubexpNames(), name) {
			errs = append(errs, field.Invalid(path.Child("extract"), filter.Extract, "the pattern has no group "+name))
		}
	}
	return errs
}

// validatePolicyChoice: the CRD accepts none and several; the controller stalls
// without one, and uses the first of several.
func validatePolicyChoice(path *field.Path, choice reflectorv1.ImagePolicyChoice) field.ErrorList {
	var errs field.ErrorList
	var chosen int
	if choice.SemVer != nil {
		chosen++
		errs = append(errs, validate.Required(path.Child("semver", "range"), choice.SemVer.Range)...)
		errs = append(errs, validate.OptionalRange(path.Child("semver", "range"), choice.SemVer.Range)...)
	}
	if choice.Alphabetical != nil {
		chosen++
		errs = append(errs, validate.Enum(path.Child("alphabetical", "order"), choice.Alphabetical.Order, "asc", "desc")...)
	}
	if choice.Numerical != nil {
		chosen++
		errs = append(errs, validate.Enum(path.Child("numerical", "order"), choice.Numerical.Order, "asc", "desc")...)
	}
	switch {
	case chosen == 0:
		errs = append(errs, field.Required(path, "exactly one of semver, alphabetical and numerical"))
	case chosen > 1:
		errs = append(errs, field.Forbidden(path, "exactly one of semver, alphabetical and numerical may be set"))
	}
	return errs
}
