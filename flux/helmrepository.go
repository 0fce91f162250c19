package flux

import (
	"strings"

	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A HelmRepositoryOption sets something on a [HelmRepository].
type HelmRepositoryOption interface {
	ApplyToHelmRepository(*sourcev1.HelmRepository) error
}

// HelmRepositoryFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type HelmRepositoryFunc func(*sourcev1.HelmRepository) error

// ApplyToHelmRepository calls f.
func (f HelmRepositoryFunc) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	if f == nil {
		return nil
	}
	return f(repo)
}

// HelmRepository names a repository of Helm charts: an index over http or https,
// or, with a URL that starts with oci://, a registry. An index is fetched every
// [DefaultSourceInterval]; of a registry nothing is fetched until a chart is
// asked for. For a single chart in a registry an [OCIRepository] does better: it
// can be pinned by digest and needs no HelmChart.
//
// See https://fluxcd.io/flux/components/source/helmrepositories/
func HelmRepository(namespace, name, url string, opts ...HelmRepositoryOption) (*sourcev1.HelmRepository, error) {
	repo := &sourcev1.HelmRepository{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.HelmRepositoryKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: sourcev1.HelmRepositorySpec{
			URL:      url,
			Interval: metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	if strings.HasPrefix(url, "oci://") {
		repo.Spec.Type = sourcev1.HelmRepositoryTypeOCI
	}
	return build.WithOptions(repo, opts, HelmRepositoryOption.ApplyToHelmRepository, validateHelmRepository)
}

// PassCredentials sends the credentials also to other hosts, when the index
// names them for its charts: whoever writes the index can have them.
type PassCredentials bool

// ApplyToHelmRepository sets spec.passCredentials.
func (p PassCredentials) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.PassCredentials = bool(p)
	return nil
}

func validateHelmRepository(repo *sourcev1.HelmRepository) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(repo)
	errs = append(errs, validate.Enum(spec.Child("type"), repo.Spec.Type,
		sourcev1.HelmRepositoryTypeDefault, sourcev1.HelmRepositoryTypeOCI)...)
	errs = append(errs, validate.URL(spec.Child("url"), repo.Spec.URL, helmSchemes(repo.Spec.Type)...)...)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Spec.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Spec.Provider,
		sourcev1.GenericOCIProvider, sourcev1.AmazonOCIProvider, sourcev1.AzureOCIProvider, sourcev1.GoogleOCIProvider)...)
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.Spec.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("certSecretRef"), repo.Spec.CertSecretRef)...)
	errs = append(errs, validateAccessFrom(spec.Child("accessFrom"), repo.Spec.AccessFrom)...)
	return append(errs, validateRegistryOnly(spec, &repo.Spec)...)
}

// helmSchemes: the CRD takes every scheme for every type, the controller does
// not.
func helmSchemes(repositoryType string) []string {
	if repositoryType == sourcev1.HelmRepositoryTypeOCI {
		return []string{"oci"}
	}
	return []string{"http", "https"}
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

// validateAccessFrom: an empty selector selects every namespace, which is never
// what a tenant means by sharing something.
func validateAccessFrom(path *field.Path, from *acl.AccessFrom) field.ErrorList {
	if from == nil {
		return nil
	}
	path = path.Child("namespaceSelectors")
	if len(from.NamespaceSelectors) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	for i, selector := range from.NamespaceSelectors {
		at := path.Index(i).Child("matchLabels")
		errs = append(errs, validateMatchLabels(at, selector.MatchLabels)...)
	}
	return errs
}
