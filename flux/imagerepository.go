package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ImageRepository lists the tags of an image, such as ghcr.io/org/app, without
// scheme and tag. The default of spec.interval is [DefaultSourceInterval].
//
// See https://fluxcd.io/flux/components/image/imagerepositories/
func ImageRepository(metadata metav1.ObjectMeta, spec reflectorv1.ImageRepositorySpec, allow ...Allowance) (*reflectorv1.ImageRepository, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	return finish(&reflectorv1.ImageRepository{TypeMeta: typeMeta(reflectorv1.ImageRepositoryKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateImageRepository(path *field.Path, spec *reflectorv1.ImageRepositorySpec, allow allowances) field.ErrorList {
	errs := validate.Image(path.Child("image"), spec.Image)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	errs = append(errs, validate.Enum(path.Child("provider"), spec.Provider, "generic", "aws", "azure", "gcp")...)
	if spec.SecretRef == nil && spec.ServiceAccountName == "" {
		errs = append(errs, validateCloudRegistry(path.Child("provider"), spec.Provider, spec.Image)...)
	}
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), spec.ServiceAccountName)...)
	errs = append(errs, validateAccessFrom(path.Child("accessFrom"), spec.AccessFrom, allow)...)
	if n := len(spec.ExclusionList); n > 25 {
		errs = append(errs, field.TooMany(path.Child("exclusionList"), n, 25))
	}
	for i, expr := range spec.ExclusionList {
		errs = append(errs, validate.Regexp(path.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}
