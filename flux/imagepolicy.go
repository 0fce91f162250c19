package flux

import (
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

func validateImagePolicy(spec *field.Path, policy *reflectorv1.ImagePolicySpec) field.ErrorList {
	errs := validate.Subdomain(spec.Child("imageRepositoryRef", "name"), policy.ImageRepositoryRef.Name)
	errs = append(errs, validate.OptionalLabel(spec.Child("imageRepositoryRef", "namespace"), policy.ImageRepositoryRef.Namespace)...)
	errs = append(errs, validatePolicyChoice(spec.Child("policy"), policy.Policy)...)
	if filter := policy.FilterTags; filter != nil {
		errs = append(errs, validate.OptionalRegexp(spec.Child("filterTags", "pattern"), filter.Pattern)...)
	}
	errs = append(errs, validate.Enum(spec.Child("digestReflectionPolicy"), policy.DigestReflectionPolicy,
		reflectorv1.ReflectAlways, reflectorv1.ReflectIfNotPresent, reflectorv1.ReflectNever)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("interval"), policy.Interval)...)

	always := policy.DigestReflectionPolicy == reflectorv1.ReflectAlways
	switch interval := policy.Interval; {
	case always && interval == nil:
		errs = append(errs, field.Required(spec.Child("interval"), "when digestReflectionPolicy is Always"))
	case !always && interval != nil:
		errs = append(errs, field.Forbidden(spec.Child("interval"), "may be set only when digestReflectionPolicy is Always"))
	}
	return errs
}

// validatePolicyChoice: the CRD takes none and several; the controller stalls
// without one, and of several heeds the first.
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
