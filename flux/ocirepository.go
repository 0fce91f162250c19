package flux

import (
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// OCIRepository makes an artifact of an image in a registry, at a URL such as
// oci://ghcr.io/org/manifests. The default of spec.interval is
// [DefaultSourceInterval], that of spec.verify.provider cosign. Without spec.ref
// it pulls the tag latest.
//
// See https://fluxcd.io/flux/components/source/ocirepositories/
func OCIRepository(metadata metav1.ObjectMeta, spec sourcev1.OCIRepositorySpec, allow ...Allowance) (*sourcev1.OCIRepository, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	if spec.Verify != nil {
		spec.Verify = new(*spec.Verify)
		defaultCosign(&spec.Verify.Provider)
	}
	return finish(&sourcev1.OCIRepository{TypeMeta: typeMeta(sourcev1.OCIRepositoryKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateOCIRepository(spec *field.Path, repo *sourcev1.OCIRepositorySpec, allow allowances) field.ErrorList {
	errs := validate.OCIURL(spec.Child("url"), repo.URL)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	if repo.SecretRef == nil && repo.ServiceAccountName == "" {
		errs = append(errs, validateCloudRegistry(spec.Child("provider"), repo.Provider, strings.TrimPrefix(repo.URL, "oci://"))...)
	}
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), repo.ServiceAccountName)...)
	if ref := repo.Reference; ref != nil {
		errs = append(errs, validate.OptionalOCITag(spec.Child("ref", "tag"), ref.Tag)...)
		errs = append(errs, validate.OptionalRange(spec.Child("ref", "semver"), ref.SemVer)...)
		errs = append(errs, validate.OptionalRegexp(spec.Child("ref", "semverFilter"), ref.SemverFilter)...)
		errs = append(errs, validate.OptionalDigest(spec.Child("ref", "digest"), ref.Digest)...)
	}
	if layer := repo.LayerSelector; layer != nil {
		errs = append(errs, validate.Enum(spec.Child("layerSelector", "operation"), layer.Operation,
			sourcev1.OCILayerExtract, sourcev1.OCILayerCopy)...)
	}
	if verify := repo.Verify; verify != nil {
		errs = append(errs, validateSignature(spec.Child("verify"), signature{
			provider: verify.Provider, key: verify.SecretRef, identities: verify.MatchOIDCIdentity, trustedRoot: verify.TrustedRootSecretRef,
		}, allow)...)
	}
	return errs
}
