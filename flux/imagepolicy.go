package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An ImagePolicyOption sets something on an [ImagePolicy].
type ImagePolicyOption interface {
	ApplyToImagePolicy(*reflectorv1.ImagePolicy) error
}

// ImagePolicyFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type ImagePolicyFunc func(*reflectorv1.ImagePolicy) error

// ApplyToImagePolicy calls f.
func (f ImagePolicyFunc) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	if f == nil {
		return nil
	}
	return f(policy)
}

// ImagePolicy elects the latest tag of an ImageRepository: by exactly one of
// [SemVer], [Alphabetical] and [Numerical].
//
// See https://fluxcd.io/flux/components/image/imagepolicies/
func ImagePolicy(namespace, name string, repo *reflectorv1.ImageRepository, opts ...ImagePolicyOption) (*reflectorv1.ImagePolicy, error) {
	policy := &reflectorv1.ImagePolicy{
		TypeMeta:   typeMeta(reflectorv1.GroupVersion, reflectorv1.ImagePolicyKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
	}
	if repo != nil {
		policy.Spec.ImageRepositoryRef = meta.NamespacedObjectReference{
			Name: repo.Name, Namespace: foreign(repo.Namespace, policy),
		}
	}
	return build.WithOptions(policy, opts, ImagePolicyOption.ApplyToImagePolicy, validateImagePolicy)
}

// Alphabetical elects the last tag of the alphabet ("asc") or the first
// ("desc").
type Alphabetical string

// ApplyToImagePolicy sets spec.policy.alphabetical.
func (a Alphabetical) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Policy.Alphabetical = &reflectorv1.AlphabeticalPolicy{Order: string(a)}
	return nil
}

// Numerical elects the greatest number among the tags ("asc") or the least
// ("desc"). Use it with [FilterTags] that extracts the number.
type Numerical string

// ApplyToImagePolicy sets spec.policy.numerical.
func (n Numerical) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Policy.Numerical = &reflectorv1.NumericalPolicy{Order: string(n)}
	return nil
}

// FilterTags limits the tags to those that match a regular expression (RE2), and
// tells what is extracted from them for the comparison:
//
//	flux.FilterTags{Pattern: `^main-[a-f0-9]+-(?P<ts>[0-9]+)$`, Extract: "$ts"}
type FilterTags reflectorv1.TagFilter

// ApplyToImagePolicy sets spec.filterTags.
func (f FilterTags) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.FilterTags = new(reflectorv1.TagFilter(f))
	return nil
}

// ReflectDigest tells whether the digest of the elected image is recorded too:
// Never (the default), IfNotPresent, or Always, which looks it up again every
// [Interval] and wants one.
type ReflectDigest string

// ApplyToImagePolicy sets spec.digestReflectionPolicy.
func (r ReflectDigest) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.DigestReflectionPolicy = reflectorv1.ReflectionPolicy(r)
	return nil
}

func validateImagePolicy(policy *reflectorv1.ImagePolicy) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(policy)
	errs = append(errs, validate.Subdomain(spec.Child("imageRepositoryRef", "name"), policy.Spec.ImageRepositoryRef.Name)...)
	errs = append(errs, validate.OptionalLabel(spec.Child("imageRepositoryRef", "namespace"), policy.Spec.ImageRepositoryRef.Namespace)...)
	errs = append(errs, validatePolicyChoice(spec.Child("policy"), policy.Spec.Policy)...)
	if filter := policy.Spec.FilterTags; filter != nil {
		errs = append(errs, validate.OptionalRegexp(spec.Child("filterTags", "pattern"), filter.Pattern)...)
	}
	errs = append(errs, validate.Enum(spec.Child("digestReflectionPolicy"), policy.Spec.DigestReflectionPolicy,
		reflectorv1.ReflectAlways, reflectorv1.ReflectIfNotPresent, reflectorv1.ReflectNever)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("interval"), policy.Spec.Interval)...)

	always := policy.Spec.DigestReflectionPolicy == reflectorv1.ReflectAlways
	switch interval := policy.Spec.Interval; {
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
