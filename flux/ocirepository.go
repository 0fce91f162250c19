package flux

import (
	"regexp"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An OCIRepositoryOption sets something on an [OCIRepository].
type OCIRepositoryOption interface {
	ApplyToOCIRepository(*sourcev1.OCIRepository) error
}

// OCIRepositoryFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type OCIRepositoryFunc func(*sourcev1.OCIRepository) error

// ApplyToOCIRepository calls f.
func (f OCIRepositoryFunc) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	if f == nil {
		return nil
	}
	return f(repo)
}

// OCIRepository makes an artifact of an image in a registry, at a URL such as
// oci://ghcr.io/org/manifests. It is checked every [DefaultSourceInterval], and
// the tag latest is pulled unless [Tag], [SemVer] or [Digest] says otherwise.
//
// See https://fluxcd.io/flux/components/source/ocirepositories/
func OCIRepository(namespace, name, url string, opts ...OCIRepositoryOption) (*sourcev1.OCIRepository, error) {
	repo := &sourcev1.OCIRepository{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.OCIRepositoryKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: sourcev1.OCIRepositorySpec{
			URL:      url,
			Interval: metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	return build.WithOptions(repo, opts, OCIRepositoryOption.ApplyToOCIRepository, validateOCIRepository)
}

// Digest pulls the one image with the digest, in the form sha256:<hex>. It
// overrides [SemVer] and [Tag].
type Digest string

// ApplyToOCIRepository sets spec.ref.digest.
func (d Digest) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	ociRef(repo).Digest = string(d)
	return nil
}

// SemVerFilter is a regular expression (RE2) for the tags among which [SemVer]
// chooses.
type SemVerFilter string

// ApplyToOCIRepository sets spec.ref.semverFilter.
func (s SemVerFilter) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	ociRef(repo).SemverFilter = string(s)
	return nil
}

// Layer selects the layer of the image that holds the manifests, by media type,
// and whether it is extracted (the default) or copied. Without it the first
// layer is extracted.
type Layer sourcev1.OCILayerSelector

// ApplyToOCIRepository sets spec.layerSelector.
func (l Layer) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.LayerSelector = new(sourcev1.OCILayerSelector(l))
	return nil
}

// VerifyOCI accepts only images that are signed: with one of the keys in the
// Secret, or keyless by one of the identities. The default provider is cosign.
type VerifyOCI sourcev1.OCIRepositoryVerification

// ApplyToOCIRepository sets spec.verify.
func (v VerifyOCI) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Verify = (*sourcev1.OCIRepositoryVerification)(&v).DeepCopy()
	if v.Provider == "" {
		// The field is not omitted when empty, so the CRD's default never applies.
		repo.Spec.Verify.Provider = "cosign"
	}
	return nil
}

func ociRef(repo *sourcev1.OCIRepository) *sourcev1.OCIRepositoryRef {
	if repo.Spec.Reference == nil {
		repo.Spec.Reference = &sourcev1.OCIRepositoryRef{}
	}
	return repo.Spec.Reference
}

func validateOCIRepository(repo *sourcev1.OCIRepository) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(repo)
	errs = append(errs, validate.URL(spec.Child("url"), repo.Spec.URL, "oci")...)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Spec.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Spec.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.Spec.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.Spec.CertSecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.Spec.ProxySecretRef)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), repo.Spec.ServiceAccountName)...)
	if ref := repo.Spec.Reference; ref != nil {
		errs = append(errs, validate.OptionalRange(spec.Child("ref", "semver"), ref.SemVer)...)
		errs = append(errs, validate.OptionalRegexp(spec.Child("ref", "semverFilter"), ref.SemverFilter)...)
		errs = append(errs, validateDigest(spec.Child("ref", "digest"), ref.Digest)...)
	}
	if layer := repo.Spec.LayerSelector; layer != nil {
		errs = append(errs, validate.Enum(spec.Child("layerSelector", "operation"), layer.Operation,
			sourcev1.OCILayerExtract, sourcev1.OCILayerCopy)...)
	}
	if verify := repo.Spec.Verify; verify != nil {
		errs = append(errs, validateOCIVerification(spec.Child("verify"), verify)...)
	}
	return errs
}

func validateOCIVerification(path *field.Path, verify *sourcev1.OCIRepositoryVerification) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("provider"), verify.Provider, "cosign", "notation")
	errs = append(errs, optionalRef(path.Child("secretRef"), verify.SecretRef)...)
	errs = append(errs, optionalRef(path.Child("trustedRootSecretRef"), verify.TrustedRootSecretRef)...)
	errs = append(errs, validateIdentities(path.Child("matchOIDCIdentity"), verify.MatchOIDCIdentity)...)
	return append(errs, validateNotation(path, verify.Provider, verify.SecretRef)...)
}

var digestForm = regexp.MustCompile(`^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$`)

// validateDigest follows the OCI image specification's grammar for digests; the
// CRD takes any string.
func validateDigest(path *field.Path, digest string) field.ErrorList {
	if digest == "" || digestForm.MatchString(digest) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, digest, "must have the form sha256:<hex>")}
}
