package flux

import (
	"net/url"
	"regexp"
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Bucket makes an artifact of the files in a bucket of an object storage. The
// endpoint is a host, such as s3.amazonaws.com or minio.example.com:9000; with
// provider azure it is a URL, such as https://account.blob.core.windows.net. The
// default of spec.interval is [DefaultSourceInterval].
//
// See https://fluxcd.io/flux/components/source/buckets/
func Bucket(metadata metav1.ObjectMeta, spec sourcev1.BucketSpec, allow ...Allowance) (*sourcev1.Bucket, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	return finish(&sourcev1.Bucket{TypeMeta: typeMeta(sourcev1.BucketKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateBucket(path *field.Path, spec *sourcev1.BucketSpec) field.ErrorList {
	errs := validateBucketName(path.Child("bucketName"), spec)
	errs = append(errs, validateEndpoint(path.Child("endpoint"), spec)...)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	errs = append(errs, validate.Enum(path.Child("provider"), spec.Provider,
		sourcev1.BucketProviderGeneric, sourcev1.BucketProviderAmazon, sourcev1.BucketProviderGoogle, sourcev1.BucketProviderAzure)...)
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validateBucketIdentity(path, spec)...)
	if sts := spec.STS; sts != nil {
		errs = append(errs, validateSTS(path.Child("sts"), sts, bucketProvider(spec))...)
	}
	return errs
}

// bucketProvider is the provider after defaulting, which the CRD's rules see.
func bucketProvider(spec *sourcev1.BucketSpec) string {
	if spec.Provider == "" {
		return sourcev1.BucketProviderGeneric
	}
	return spec.Provider
}

// validateEndpoint: the CRD accepts any string, the controller's clients do not. The
// client for S3 requires a host and adds the scheme itself, the client for Azure
// requires a URL.
//
// Upstream: minio.New and azblob.NewClient.
func validateEndpoint(path *field.Path, spec *sourcev1.BucketSpec) field.ErrorList {
	if spec.Endpoint == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	switch bucketProvider(spec) {
	case sourcev1.BucketProviderAzure:
		return validate.URL(path, spec.Endpoint, "https", "http")
	case sourcev1.BucketProviderGeneric, sourcev1.BucketProviderAmazon:
		parsed, err := url.Parse("https://" + spec.Endpoint)
		if err != nil || parsed.Host != strings.TrimSuffix(spec.Endpoint, "/") || strings.ContainsAny(spec.Endpoint, "@ ") {
			return field.ErrorList{field.Invalid(path, validate.Redacted(spec.Endpoint), "must be a host, without scheme and path")}
		}
	}
	return nil
}

var (
	s3Bucket  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{1,61}[A-Za-z0-9]$`)
	ipAddress = regexp.MustCompile(`^([0-9]+\.){3}[0-9]+$`)
	dotBeside = regexp.MustCompile(`\.[.-]|-\.`)
)

// validateBucketName checks the name of a bucket of S3; the other services apply
// their own rules.
//
// Upstream: s3utils.CheckValidBucketName of minio-go.
func validateBucketName(path *field.Path, spec *sourcev1.BucketSpec) field.ErrorList {
	provider := bucketProvider(spec)
	s3 := provider == sourcev1.BucketProviderGeneric || provider == sourcev1.BucketProviderAmazon
	switch {
	case spec.BucketName == "":
		return field.ErrorList{field.Required(path, "")}
	case s3 && ipAddress.MatchString(spec.BucketName):
		return field.ErrorList{field.Invalid(path, spec.BucketName, "must not be an IP address")}
	case s3 && dotBeside.MatchString(spec.BucketName):
		return field.ErrorList{field.Invalid(path, spec.BucketName, "must not have a dot beside a dot or a dash")}
	case s3:
		return matches(path, spec.BucketName, s3Bucket)
	}
	return nil
}

func validateBucketIdentity(path *field.Path, spec *sourcev1.BucketSpec) field.ErrorList {
	path, account := path.Child("serviceAccountName"), spec.ServiceAccountName
	if account == "" {
		return nil
	}
	errs := validate.Subdomain(path, account)
	if bucketProvider(spec) == sourcev1.BucketProviderGeneric {
		errs = append(errs, field.Invalid(path, account, `is not supported when provider is "generic"`))
	}
	if spec.SecretRef != nil {
		errs = append(errs, field.Invalid(path, account, "must not be set together with secretRef"))
	}
	return errs
}

func validateSTS(path *field.Path, sts *sourcev1.BucketSTSSpec, provider string) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("provider"), sts.Provider, sourcev1.STSProviderAmazon, sourcev1.STSProviderLDAP)
	errs = append(errs, validate.URL(path.Child("endpoint"), sts.Endpoint, "http", "https")...)
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), sts.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), sts.CertSecretRef)...)

	supported := map[string]string{
		sourcev1.BucketProviderAmazon:  sourcev1.STSProviderAmazon,
		sourcev1.BucketProviderGeneric: sourcev1.STSProviderLDAP,
	}[provider]
	switch {
	case supported == "":
		errs = append(errs, field.Forbidden(path, `is supported only when the bucket's provider is "aws" or "generic"`))
	case sts.Provider != supported:
		errs = append(errs, field.Invalid(path.Child("provider"), sts.Provider, `must be "`+supported+`" when the bucket's provider is "`+provider+`"`))
	}
	if sts.Provider == sourcev1.STSProviderAmazon {
		if sts.SecretRef != nil {
			errs = append(errs, field.Forbidden(path.Child("secretRef"), `is not used by the provider "aws"`))
		}
		if sts.CertSecretRef != nil {
			errs = append(errs, field.Forbidden(path.Child("certSecretRef"), `is not used by the provider "aws"`))
		}
	}
	return errs
}
