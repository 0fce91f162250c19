package flux

import (
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// HelmRepository is a repository of Helm charts: an index over http or https, or a
// registry, at a URL that starts with oci://, where the default of spec.type is oci.
// The default of spec.interval is [DefaultSourceInterval]; it is unused for a
// registry, from which nothing is fetched until a chart is requested. For a single
// chart in a registry prefer an [OCIRepository], which has digests and needs no
// HelmChart.
//
// See https://fluxcd.io/flux/components/source/helmrepositories/
func HelmRepository(metadata metav1.ObjectMeta, spec sourcev1.HelmRepositorySpec, allow ...Allowance) (*sourcev1.HelmRepository, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	if spec.Type == "" && strings.HasPrefix(spec.URL, "oci://") {
		spec.Type = sourcev1.HelmRepositoryTypeOCI
	}
	return finish(&sourcev1.HelmRepository{TypeMeta: typeMeta(sourcev1.HelmRepositoryKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateHelmRepository(path *field.Path, spec *sourcev1.HelmRepositorySpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, validate.Enum(path.Child("type"), spec.Type,
		sourcev1.HelmRepositoryTypeDefault, sourcev1.HelmRepositoryTypeOCI)...)
	errs = append(errs, validateHelmURL(path.Child("url"), spec)...)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	errs = append(errs, validate.Enum(path.Child("provider"), spec.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	if spec.SecretRef == nil && spec.Type == sourcev1.HelmRepositoryTypeOCI {
		errs = append(errs, validateCloudRegistry(path.Child("provider"), spec.Provider, strings.TrimPrefix(spec.URL, "oci://"))...)
	}
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), spec.SecretRef)...)
	errs = append(errs, validate.OptionalRef(path.Child("certSecretRef"), spec.CertSecretRef)...)
	errs = append(errs, validateAccessFrom(path.Child("accessFrom"), spec.AccessFrom, allow)...)
	return append(errs, validateRegistryOnly(path, spec)...)
}

// validateHelmURL: the CRD accepts every scheme for every type, the controller
// does not.
//
// Upstream: HelmRepositoryReconciler.reconcileSource and
// HelmChartReconciler.buildFromHelmRepository of source-controller.
func validateHelmURL(path *field.Path, spec *sourcev1.HelmRepositorySpec) field.ErrorList {
	if spec.Type == sourcev1.HelmRepositoryTypeOCI {
		return validate.OCIRegistryURL(path, spec.URL)
	}
	return validate.URL(path, spec.URL, "http", "https")
}

// validateRegistryOnly rejects fields that Flux ignores silently.
func validateRegistryOnly(path *field.Path, spec *sourcev1.HelmRepositorySpec) field.ErrorList {
	if spec.Type == sourcev1.HelmRepositoryTypeOCI {
		return nil
	}
	var errs field.ErrorList
	if spec.Insecure {
		errs = append(errs, field.Forbidden(path.Child("insecure"), `is used only when type is "oci"`))
	}
	if spec.Provider != "" && spec.Provider != sourcev1.GenericOCIProvider {
		errs = append(errs, field.Forbidden(path.Child("provider"), `is used only when type is "oci"`))
	}
	return errs
}
