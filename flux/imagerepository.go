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

func validateImageRepository(spec *field.Path, repo *reflectorv1.ImageRepositorySpec, allow allowances) field.ErrorList {
	errs := validate.Image(spec.Child("image"), repo.Image)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Provider, "generic", "aws", "azure", "gcp")...)
	if repo.SecretRef == nil && repo.ServiceAccountName == "" {
		errs = append(errs, validateCloudRegistry(spec.Child("provider"), repo.Provider, repo.Image)...)
	}
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), repo.ServiceAccountName)...)
	errs = append(errs, validateAccessFrom(spec.Child("accessFrom"), repo.AccessFrom, allow)...)
	if n := len(repo.ExclusionList); n > 25 {
		errs = append(errs, field.TooMany(spec.Child("exclusionList"), n, 25))
	}
	for i, expr := range repo.ExclusionList {
		errs = append(errs, validate.Regexp(spec.Child("exclusionList").Index(i), expr)...)
	}
	return errs
}
