package flux

import (
	"slices"
	"strings"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateKustomization(path *field.Path, ks *kustomizev1.Kustomization) field.ErrorList {
	errs := validate.Duration(path.Child("interval"), ks.Spec.Interval)
	errs = append(errs, validate.OptionalDuration(path.Child("retryInterval"), ks.Spec.RetryInterval)...)
	errs = append(errs, validate.OptionalDuration(path.Child("timeout"), ks.Spec.Timeout)...)
	errs = append(errs, validateSourceRef(path.Child("sourceRef"), ks.Spec.SourceRef, kustomizationSources)...)
	errs = append(errs, validate.SourcePath(path.Child("path"), ks.Spec.Path)...)
	errs = append(errs, validateDependencies(path.Child("dependsOn"), ks, ks.Spec.DependsOn)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), ks.Spec.ServiceAccountName)...)
	errs = append(errs, validateKubeConfig(path.Child("kubeConfig"), ks.Spec.KubeConfig)...)
	errs = append(errs, validate.OptionalLabel(path.Child("targetNamespace"), ks.Spec.TargetNamespace)...)
	errs = append(errs, validate.Enum(path.Child("deletionPolicy"), ks.Spec.DeletionPolicy,
		kustomizev1.DeletionPolicyMirrorPrune, kustomizev1.DeletionPolicyDelete,
		kustomizev1.DeletionPolicyWaitForTermination, kustomizev1.DeletionPolicyOrphan)...)
	errs = append(errs, validateHealth(path, &ks.Spec)...)
	errs = append(errs, validateBuild(path, &ks.Spec)...)
	for i, rule := range ks.Spec.Ignore {
		errs = append(errs, validateIgnoreRule(path.Child("ignore").Index(i), rule.Paths, rule.Target, "/")...)
	}
	return errs
}

// validateOwnerLabel: kustomize-controller labels everything it applies with the name
// of the Kustomization, so it fails if the name is not a label value.
func validateOwnerLabel(path *field.Path, name string) field.ErrorList {
	if len(name) <= validation.LabelValueMaxLength {
		return nil
	}
	return field.ErrorList{field.TooLong(path, name, validation.LabelValueMaxLength)}
}

// appsKinds are the kinds of apps/v1, which is the API version of a health check
// that has none.
//
// Upstream: ReferenceToObjMetadataSet in internal/inventory of kustomize-controller.
var appsKinds = []string{"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ControllerRevision"}

func validateHealth(path *field.Path, spec *kustomizev1.KustomizationSpec) field.ErrorList {
	var errs field.ErrorList
	for i, check := range spec.HealthChecks {
		at := path.Child("healthChecks").Index(i)
		errs = append(errs, validateAPIVersion(at.Child("apiVersion"), check.APIVersion)...)
		if check.APIVersion == "" && check.Kind != "" && !slices.Contains(appsKinds, check.Kind) {
			errs = append(errs, field.Required(at.Child("apiVersion"), "without one the kind is looked for in apps/v1"))
		}
		errs = append(errs, validate.Required(at.Child("kind"), check.Kind)...)
		errs = append(errs, validate.Subdomain(at.Child("name"), check.Name)...)
		errs = append(errs, validate.OptionalLabel(at.Child("namespace"), check.Namespace)...)
	}
	return append(errs, validateHealthCheckExprs(path.Child("healthCheckExprs"), spec.HealthCheckExprs)...)
}

func validateBuild(path *field.Path, spec *kustomizev1.KustomizationSpec) field.ErrorList {
	errs := validate.MaxLength(path.Child("namePrefix"), spec.NamePrefix, 200)
	errs = append(errs, validate.MaxLength(path.Child("nameSuffix"), spec.NameSuffix, 200)...)
	if common := spec.CommonMetadata; common != nil {
		errs = append(errs, validateCommonMetadata(path.Child("commonMetadata"), common.Labels, common.Annotations)...)
	}
	if decryption := spec.Decryption; decryption != nil {
		at := path.Child("decryption")
		errs = append(errs, validate.RequiredEnum(at.Child("provider"), decryption.Provider, "sops")...)
		errs = append(errs, validate.OptionalRef(at.Child("secretRef"), decryption.SecretRef)...)
		errs = append(errs, validate.OptionalSubdomain(at.Child("serviceAccountName"), decryption.ServiceAccountName)...)
	}
	if post := spec.PostBuild; post != nil {
		errs = append(errs, validatePostBuild(path.Child("postBuild"), post)...)
	}
	errs = append(errs, validatePatches(path, spec.Patches, spec.Images)...)
	for i, component := range spec.Components {
		errs = append(errs, validateComponent(path.Child("components").Index(i), component)...)
	}
	for i, option := range spec.BuildMetadata {
		errs = append(errs, validate.RequiredEnum(path.Child("buildMetadata").Index(i), option,
			kustomizev1.BuildMetadataOriginAnnotations, kustomizev1.BuildMetadataTransformerAnnotations)...)
	}
	return errs
}

// remotePrefixes are the prefixes of a component that is not in the source.
//
// Upstream: IsLocalRelativePath of fluxcd/pkg/kustomize.
var remotePrefixes = []string{"git::", "gh:", "ssh://", "https://", "http://", "git@", "github.com:", "github.com/"}

// validateComponent: a component may lie above spec.path, but not outside the
// source.
func validateComponent(path *field.Path, component string) field.ErrorList {
	lower := strings.ToLower(component)
	remote := strings.Contains(component, "://")
	for _, prefix := range remotePrefixes {
		remote = remote || strings.HasPrefix(lower, prefix)
	}
	switch {
	case component == "":
		return field.ErrorList{field.Required(path, "")}
	case remote || strings.HasPrefix(component, "/"):
		return field.ErrorList{field.Invalid(path, validate.Redacted(component), "must be a path in the source, relative to path")}
	case strings.Contains(component, `\`):
		return field.ErrorList{field.Invalid(path, component, "must have / between directories, not a backslash")}
	}
	return nil
}

func validatePostBuild(path *field.Path, post *kustomizev1.PostBuild) field.ErrorList {
	errs := validate.Enum(path.Child("substituteStrategy"), post.SubstituteStrategy,
		kustomizev1.SubstituteStrategyWithVariables, kustomizev1.SubstituteStrategyAlways)
	for _, name := range sortedKeys(post.Substitute) {
		errs = append(errs, validate.Variable(path.Child("substitute").Key(name), name)...)
	}
	for i, from := range post.SubstituteFrom {
		at := path.Child("substituteFrom").Index(i)
		errs = append(errs, validate.RequiredEnum(at.Child("kind"), from.Kind, "Secret", "ConfigMap")...)
		errs = append(errs, validate.Subdomain(at.Child("name"), from.Name)...)
	}
	return errs
}
