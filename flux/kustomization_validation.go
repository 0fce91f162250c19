package flux

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

var kustomizationSources = []string{
	sourcev1.GitRepositoryKind, sourcev1.OCIRepositoryKind, sourcev1.BucketKind, sourcev1.ExternalArtifactKind,
}

func validateKustomization(ks *kustomizev1.Kustomization) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(ks)
	errs = append(errs, validateOwnerLabel(ks.Name)...)
	errs = append(errs, validate.Duration(spec.Child("interval"), ks.Spec.Interval)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("retryInterval"), ks.Spec.RetryInterval)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("timeout"), ks.Spec.Timeout)...)
	errs = append(errs, validateSourceRef(spec.Child("sourceRef"), ks.Spec.SourceRef)...)
	errs = append(errs, validate.Within(spec.Child("path"), ks.Spec.Path)...)
	errs = append(errs, validateDependencies(spec.Child("dependsOn"), ks)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), ks.Spec.ServiceAccountName)...)
	errs = append(errs, validateKubeConfig(spec.Child("kubeConfig"), ks.Spec.KubeConfig)...)
	errs = append(errs, validate.OptionalLabel(spec.Child("targetNamespace"), ks.Spec.TargetNamespace)...)
	errs = append(errs, validate.Enum(spec.Child("deletionPolicy"), ks.Spec.DeletionPolicy,
		kustomizev1.DeletionPolicyMirrorPrune, kustomizev1.DeletionPolicyDelete,
		kustomizev1.DeletionPolicyWaitForTermination, kustomizev1.DeletionPolicyOrphan)...)
	errs = append(errs, validateHealth(spec, &ks.Spec)...)
	errs = append(errs, validateBuild(spec, &ks.Spec)...)
	for i, rule := range ks.Spec.Ignore {
		errs = append(errs, validateIgnore(spec.Child("ignore").Index(i), rule)...)
	}
	return errs
}

// validateOwnerLabel: kustomize-controller labels everything it applies with
// the name of the Kustomization, so a name that is no label value fails there.
func validateOwnerLabel(name string) field.ErrorList {
	if len(name) <= validation.LabelValueMaxLength {
		return nil
	}
	return field.ErrorList{field.TooLong(field.NewPath("metadata", "name"), name, validation.LabelValueMaxLength)}
}

func validateSourceRef(path *field.Path, ref kustomizev1.CrossNamespaceSourceReference) field.ErrorList {
	if ref.Kind == "" && ref.Name == "" {
		// One fault, not three: there is no source.
		return field.ErrorList{field.Required(path, "")}
	}
	errs := validate.RequiredEnum(path.Child("kind"), ref.Kind, kustomizationSources...)
	errs = append(errs, validate.Subdomain(path.Child("name"), ref.Name)...)
	return append(errs, validate.OptionalLabel(path.Child("namespace"), ref.Namespace)...)
}

func validateDependencies(path *field.Path, ks *kustomizev1.Kustomization) field.ErrorList {
	var errs field.ErrorList
	for i, dependency := range ks.Spec.DependsOn {
		at := path.Index(i)
		errs = append(errs, validate.Subdomain(at.Child("name"), dependency.Name)...)
		errs = append(errs, validate.OptionalLabel(at.Child("namespace"), dependency.Namespace)...)
		if dependency.Name == ks.Name && (dependency.Namespace == "" || dependency.Namespace == ks.Namespace) {
			errs = append(errs, field.Invalid(at, dependency.String(), "must not depend on itself"))
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
	errs := optionalRef(path.Child("configMapRef"), ref.ConfigMapRef)
	if secret := ref.SecretRef; secret != nil {
		errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), secret.Name)...)
		errs = append(errs, validate.OptionalConfigMapKey(path.Child("secretRef", "key"), secret.Key)...)
	}
	return errs
}

func validateHealth(spec *field.Path, ks *kustomizev1.KustomizationSpec) field.ErrorList {
	var errs field.ErrorList
	for i, check := range ks.HealthChecks {
		at := spec.Child("healthChecks").Index(i)
		errs = append(errs, validate.Required(at.Child("kind"), check.Kind)...)
		errs = append(errs, validate.Subdomain(at.Child("name"), check.Name)...)
		errs = append(errs, validate.OptionalLabel(at.Child("namespace"), check.Namespace)...)
	}
	for i, expr := range ks.HealthCheckExprs {
		at := spec.Child("healthCheckExprs").Index(i)
		errs = append(errs, validate.Required(at.Child("apiVersion"), expr.APIVersion)...)
		errs = append(errs, validate.Required(at.Child("kind"), expr.Kind)...)
		errs = append(errs, validate.Required(at.Child("current"), expr.Current)...)
	}
	return errs
}

func validateBuild(spec *field.Path, ks *kustomizev1.KustomizationSpec) field.ErrorList {
	errs := maxLength(spec.Child("namePrefix"), ks.NamePrefix, 200)
	errs = append(errs, maxLength(spec.Child("nameSuffix"), ks.NameSuffix, 200)...)
	if decryption := ks.Decryption; decryption != nil {
		at := spec.Child("decryption")
		errs = append(errs, validate.RequiredEnum(at.Child("provider"), decryption.Provider, "sops")...)
		errs = append(errs, optionalRef(at.Child("secretRef"), decryption.SecretRef)...)
		errs = append(errs, validate.OptionalSubdomain(at.Child("serviceAccountName"), decryption.ServiceAccountName)...)
	}
	if post := ks.PostBuild; post != nil {
		errs = append(errs, validatePostBuild(spec.Child("postBuild"), post)...)
	}
	for i, patch := range ks.Patches {
		errs = append(errs, validate.Required(spec.Child("patches").Index(i).Child("patch"), patch.Patch)...)
	}
	for i, image := range ks.Images {
		errs = append(errs, validate.Required(spec.Child("images").Index(i).Child("name"), image.Name)...)
	}
	for i, component := range ks.Components {
		at := spec.Child("components").Index(i)
		errs = append(errs, validate.Required(at, component)...)
		if strings.Contains(component, "://") {
			errs = append(errs, field.Invalid(at, component, "must be a path in the source"))
		}
	}
	for i, option := range ks.BuildMetadata {
		errs = append(errs, validate.RequiredEnum(spec.Child("buildMetadata").Index(i), option,
			kustomizev1.BuildMetadataOriginAnnotations, kustomizev1.BuildMetadataTransformerAnnotations)...)
	}
	return errs
}

// variable is what kustomize-controller accepts as the name of a substitution.
var variable = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

func validatePostBuild(path *field.Path, post *kustomizev1.PostBuild) field.ErrorList {
	errs := validate.Enum(path.Child("substituteStrategy"), post.SubstituteStrategy,
		kustomizev1.SubstituteStrategyWithVariables, kustomizev1.SubstituteStrategyAlways)
	for _, name := range sortedKeys(post.Substitute) {
		if !variable.MatchString(name) {
			errs = append(errs, field.Invalid(path.Child("substitute").Key(name), name, "must match "+variable.String()))
		}
	}
	for i, from := range post.SubstituteFrom {
		at := path.Child("substituteFrom").Index(i)
		errs = append(errs, validate.RequiredEnum(at.Child("kind"), from.Kind, "Secret", "ConfigMap")...)
		errs = append(errs, validate.Subdomain(at.Child("name"), from.Name)...)
	}
	return errs
}

func validateIgnore(path *field.Path, rule kustomizev1.IgnoreRule) field.ErrorList {
	if len(rule.Paths) == 0 {
		return field.ErrorList{field.Required(path.Child("paths"), "")}
	}
	var errs field.ErrorList
	for i, pointer := range rule.Paths {
		if !strings.HasPrefix(pointer, "/") {
			errs = append(errs, field.Invalid(path.Child("paths").Index(i), pointer, `must be a JSON pointer, starting with "/"`))
		}
	}
	return errs
}

func maxLength(path *field.Path, value string, most int) field.ErrorList {
	if n := len([]rune(value)); n > most {
		return field.ErrorList{field.Invalid(path, value, fmt.Sprintf("must have at most %d characters, has %d", most, n))}
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
