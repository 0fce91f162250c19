package flux

import (
	"regexp"
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/fluxcd/pkg/apis/acl"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An ImageRepositoryOption sets something on an [ImageRepository].
type ImageRepositoryOption interface {
	ApplyToImageRepository(*reflectorv1.ImageRepository) error
}

// ImageRepositoryFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type ImageRepositoryFunc func(*reflectorv1.ImageRepository) error

// ApplyToImageRepository calls f.
func (f ImageRepositoryFunc) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	if f == nil {
		return nil
	}
	return f(repo)
}

// ImageRepository lists the tags of an image, such as ghcr.io/org/app, without
// scheme and tag, every [DefaultSourceInterval].
//
// See https://fluxcd.io/flux/components/image/imagerepositories/
func ImageRepository(namespace, name, image string, opts ...ImageRepositoryOption) (*reflectorv1.ImageRepository, error) {
	repo := &reflectorv1.ImageRepository{
		TypeMeta:   typeMeta(reflectorv1.GroupVersion, reflectorv1.ImageRepositoryKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: reflectorv1.ImageRepositorySpec{
			Image:    image,
			Interval: metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	return build.WithOptions(repo, opts, ImageRepositoryOption.ApplyToImageRepository, validateImageRepository)
}

// ExcludeTags adds regular expressions (RE2) of tags that are left out, up to
// 25. Without any, Flux leaves out cosign's signatures, which end in .sig.
type ExcludeTags []string

// ApplyToImageRepository appends to spec.exclusionList.
func (e ExcludeTags) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.ExclusionList = append(repo.Spec.ExclusionList, e...)
	return nil
}

// AccessFrom lets the ImagePolicies of other namespaces, those with the labels,
// refer to an ImageRepository. Given more than once, any of the label sets does.
// Flux's --no-cross-namespace-refs overrules it.
type AccessFrom map[string]string

// ApplyToImageRepository appends to spec.accessFrom.namespaceSelectors.
func (a AccessFrom) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	if repo.Spec.AccessFrom == nil {
		repo.Spec.AccessFrom = &acl.AccessFrom{}
	}
	from := repo.Spec.AccessFrom
	from.NamespaceSelectors = append(from.NamespaceSelectors, acl.NamespaceSelector{MatchLabels: build.Merge(nil, a)})
	return nil
}

func validateImageRepository(repo *reflectorv1.ImageRepository) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(repo)
	errs = append(errs, validateImage(spec.Child("image"), repo.Spec.Image)...)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Spec.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Spec.Provider, "generic", "aws", "azure", "gcp")...)
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.Spec.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.Spec.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.Spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), repo.Spec.ServiceAccountName)...)
	errs = append(errs, validateAccessFrom(spec.Child("accessFrom"), repo.Spec.AccessFrom)...)
	if n := len(repo.Spec.ExclusionList); n > 25 {
		errs = append(errs, field.TooMany(spec.Child("exclusionList"), n, 25))
	}
	for i, expr := range repo.Spec.ExclusionList {
		errs = append(errs, validate.Regexp(spec.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}

// imageForm is the grammar of image names, without tag and digest.
var imageForm = regexp.MustCompile(`^([a-zA-Z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)

// validateImage refuses what the controller stalls on; the CRD takes any string.
func validateImage(path *field.Path, image string) field.ErrorList {
	repository := image[strings.LastIndex(image, "/")+1:]
	switch {
	case image == "":
		return field.ErrorList{field.Required(path, "")}
	case strings.Contains(image, "://"):
		return field.ErrorList{field.Invalid(path, validate.Redacted(image), "must not have a scheme")}
	case strings.ContainsAny(repository, ":@"):
		return field.ErrorList{field.Invalid(path, validate.Redacted(image), "must not have a tag or digest")}
	case !imageForm.MatchString(image):
		return field.ErrorList{field.Invalid(path, validate.Redacted(image), "must be the name of an image: host/path, in lower case")}
	}
	return nil
}
