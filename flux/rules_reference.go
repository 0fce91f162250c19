package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

var (
	kustomizationSources = []string{
		sourcev1.GitRepositoryKind, sourcev1.OCIRepositoryKind, sourcev1.BucketKind, sourcev1.ExternalArtifactKind,
	}
	helmReleaseSources = []string{sourcev1.OCIRepositoryKind, sourcev1.HelmChartKind, sourcev1.ExternalArtifactKind}
	helmChartSources   = []string{sourcev1.HelmRepositoryKind, sourcev1.GitRepositoryKind, sourcev1.BucketKind}
	automationSources  = []string{sourcev1.GitRepositoryKind}
)

// validateSourceRef checks a reference to a source of one of the kinds.
func validateSourceRef(path *field.Path, ref kustomizev1.CrossNamespaceSourceReference, kinds []string) field.ErrorList {
	if ref.Kind == "" && ref.Name == "" {
		// One fault, not two: there is no source.
		return field.ErrorList{field.Required(path, "")}
	}
	errs := validate.RequiredEnum(path.Child("kind"), ref.Kind, kinds...)
	errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
	return append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
}

func validateDependencies(path *field.Path, obj metav1.Object, dependencies []meta.DependencyReference) field.ErrorList {
	var errs field.ErrorList
	for i, dependency := range dependencies {
		at := path.Index(i)
		errs = append(errs, validate.Subdomain(at.Child("name"), dependency.Name)...)
		errs = append(errs, validate.OptionalLabel(at.Child("namespace"), dependency.Namespace)...)
		if dependency.Name == obj.GetName() && (dependency.Namespace == "" || dependency.Namespace == obj.GetNamespace()) {
			errs = append(errs, field.Invalid(at, dependency.Name, "must not depend on itself"))
		}
	}
	return errs
}

func validateKubeConfig(path *field.Path, ref *meta.KubeConfigReference) field.ErrorList {
	if ref == nil {
		return nil
	}
	if (ref.ConfigMapRef == nil) == (ref.SecretRef == nil) {
		return field.ErrorList{field.Invalid(path, "", "exactly one of configMapRef and secretRef must be specified")}
	}
	errs := validate.OptionalRef(path.Child("configMapRef"), ref.ConfigMapRef)
	if secret := ref.SecretRef; secret != nil {
		errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), secret.Name)...)
		errs = append(errs, validate.OptionalConfigMapKey(path.Child("secretRef", "key"), secret.Key)...)
	}
	return errs
}
