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
// [DefaultSourceInterval], the default of spec.verify.provider is cosign. Without
// spec.ref it pulls the tag latest.
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

func validateOCIRepository(path *field.Path, spec *sourcev1.OCIRepositorySpec, allow allowances) field.ErrorList {
	errs := validate.OCIURL(path.Child("url"), spec.URL)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	errs = append(errs, validate.Enum(path.Child("provider"), spec.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	if spec.SecretRef == nil && spec.ServiceAccountName == "" {
		errs = append(errs, validateCloudRegistry(path.Child("provider"), spec.Provider, strings.TrimPrefix(spec.URL, "oci://"))...)
	}
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), spec.ServiceAccountName)...)
	if ref := spec.Reference; ref != nil {
		errs = append(errs, validate.OptionalOCITag(path.Child("ref", "tag"), ref.Tag)...)
		errs = append(errs, validate.OptionalRange(path.Child("ref", "semver"), ref.SemVer)...)
		errs = append(errs, validate.OptionalRegexp(path.Child("ref", "semverFilter"), ref.SemverFilter)...)
		errs = append(errs, validate.OptionalDigest(path.Child("ref", "digest"), ref.Digest)...)
	}
	if layer := spec.LayerSelector; layer != nil {
		errs = append(errs, validate.Enum(path.Child("layerSelector", "operation"), layer.Operation,
			sourcev1.OCILayerExtract, sourcev1.OCILayerCopy)...)
	}
	if verify := spec.Verify; verify != nil {
		errs = append(errs, validateSignature(path.Child("verify"), signature{
			provider: verify.Provider, key: verify.SecretRef, identities: verify.MatchOIDCIdentity, trustedRoot: verify.TrustedRootSecretRef,
		}, allow)...)
	}
	return errs
}
