package flux

import (
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// HelmRepository is a repository of Helm charts: an index over http or https, or a
// registry, at a URL that starts with oci://, where the default of spec.type is
// oci. The default of spec.interval is [DefaultSourceInterval]; it is unused for a
// registry, of which nothing is fetched until a chart is asked for. A single chart
// in a registry is better an [OCIRepository], which has digests and needs no
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

func validateHelmRepository(spec *field.Path, repo *sourcev1.HelmRepositorySpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, validate.Enum(spec.Child("type"), repo.Type,
		sourcev1.HelmRepositoryTypeDefault, sourcev1.HelmRepositoryTypeOCI)...)
	errs = append(errs, validateHelmURL(spec.Child("url"), repo)...)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	if repo.SecretRef == nil && repo.Type == sourcev1.HelmRepositoryTypeOCI {
		errs = append(errs, validateCloudRegistry(spec.Child("provider"), repo.Provider, strings.TrimPrefix(repo.URL, "oci://"))...)
	}
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.CertSecretRef)...)
	errs = append(errs, validateAccessFrom(spec.Child("accessFrom"), repo.AccessFrom, allow)...)
	return append(errs, validateRegistryOnly(spec, repo)...)
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

// validateRegistryOnly refuses what Flux would ignore without a word.
func validateRegistryOnly(path *field.Path, spec *sourcev1.HelmRepositorySpec) field.ErrorList {
	if spec.Type == sourcev1.HelmRepositoryTypeOCI {
		return nil
	}
	var errs field.ErrorList
	if spec.Insecure {
		errs = append(errs, field.Forbidden(path.Child("insecure"), `is heeded only when type is "oci"`))
	}
	if spec.Provider != "" && spec.Provider != sourcev1.GenericOCIProvider {
		errs = append(errs, field.Forbidden(path.Child("provider"), `is heeded only when type is "oci"`))
	}
	return errs
}
