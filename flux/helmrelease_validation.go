package flux

import (
	"regexp"
	"strconv"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// maxReleaseName is Helm's own limit.
const maxReleaseName = 53

func validateHelmRelease(path *field.Path, release *helmv2.HelmRelease, allow allowances) field.ErrorList {
	errs := validateReleaseChart(path, release, allow)
	errs = append(errs, validate.Duration(path.Child("interval"), release.Spec.Interval)...)
	errs = append(errs, validate.OptionalDuration(path.Child("timeout"), release.Spec.Timeout)...)
	if name := release.Spec.ReleaseName; name != "" {
		errs = append(errs, validate.Subdomain(path.Child("releaseName"), name)...)
		errs = append(errs, validate.MaxLength(path.Child("releaseName"), name, maxReleaseName)...)
	}
	errs = append(errs, validate.OptionalLabel(path.Child("targetNamespace"), release.Spec.TargetNamespace)...)
	errs = append(errs, validate.OptionalLabel(path.Child("storageNamespace"), release.Spec.StorageNamespace)...)
	errs = append(errs, validateDependencies(path.Child("dependsOn"), release, release.Spec.DependsOn)...)
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), release.Spec.ServiceAccountName)...)
	errs = append(errs, validateKubeConfig(path.Child("kubeConfig"), release.Spec.KubeConfig)...)
	if history := release.Spec.MaxHistory; history != nil && *history < 0 {
		errs = append(errs, field.Invalid(path.Child("maxHistory"), *history, "must not be negative"))
	}
	if common := release.Spec.CommonMetadata; common != nil {
		errs = append(errs, validateCommonMetadata(path.Child("commonMetadata"), common.Labels, common.Annotations)...)
	}
	errs = append(errs, validateDriftDetection(path.Child("driftDetection"), release.Spec.DriftDetection)...)
	errs = append(errs, validateActions(path, &release.Spec)...)
	errs = append(errs, validateValuesFrom(path.Child("valuesFrom"), release.Spec.ValuesFrom)...)
	errs = append(errs, validateValues(path.Child("values"), release.Spec.Values)...)
	errs = append(errs, validatePostRenderers(path, &release.Spec)...)
	if wait := release.Spec.WaitStrategy; wait != nil {
		errs = append(errs, validate.RequiredEnum(path.Child("waitStrategy", "name"), wait.Name,
			helmv2.WaitStrategyPoller, helmv2.WaitStrategyLegacy)...)
	}
	return append(errs, validateHealthCheckExprs(path.Child("healthCheckExprs"), release.Spec.HealthCheckExprs)...)
}

// validateReleaseObjectName: helm-controller labels everything it installs with the
// name of the HelmRelease, and names the HelmChart that it makes of spec.chart
// <namespace>-<name>.
func validateReleaseObjectName(path *field.Path, release *helmv2.HelmRelease) field.ErrorList {
	errs := validateOwnerLabel(path, release.Name)
	if chart := release.GetHelmChartName(); release.Spec.Chart != nil && len(chart) > validation.DNS1123SubdomainMaxLength {
		errs = append(errs, field.Invalid(path, release.Name, "is too long for the name of the HelmChart that is made of it"))
	}
	return errs
}

func validateReleaseChart(path *field.Path, release *helmv2.HelmRelease, allow allowances) field.ErrorList {
	chart, ref := release.Spec.Chart, release.Spec.ChartRef
	switch {
	case chart == nil && ref == nil:
		return field.ErrorList{field.Required(path, "either chart or chartRef must be set")}
	case chart != nil && ref != nil:
		return field.ErrorList{field.Forbidden(path.Child("chart"), "must not be set together with chartRef: "+ref.Kind+" "+ref.Name+" is the chart")}
	case ref != nil:
		return validateSourceRef(path.Child("chartRef"), kustomizev1.CrossNamespaceSourceReference(*ref), helmReleaseSources)
	}
	return validateChartTemplate(path.Child("chart"), release, allow)
}

func validateChartTemplate(path *field.Path, release *helmv2.HelmRelease, allow allowances) field.ErrorList {
	var errs field.ErrorList
	if metadata := release.Spec.Chart.ObjectMeta; metadata != nil {
		errs = append(errs, validateCommonMetadata(path.Child("metadata"), metadata.Labels, metadata.Annotations)...)
	}
	template := &release.Spec.Chart.Spec
	path = path.Child("spec")
	errs = append(errs, validateSourceRef(path.Child("sourceRef"), kustomizev1.CrossNamespaceSourceReference(template.SourceRef), helmChartSources)...)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), template.Interval)...)
	errs = append(errs, validate.MaxLength(path.Child("chart"), template.Chart, 2048)...)
	errs = append(errs, validateChart(path, chartOf{
		kind:     template.SourceRef.Kind,
		chart:    template.Chart,
		version:  template.Version,
		strategy: template.ReconcileStrategy,
		values:   template.ValuesFiles,
	})...)
	if verify := template.Verify; verify != nil {
		errs = append(errs, validateChartSignature(path.Child("verify"), template.SourceRef.Kind, signature{
			provider: verify.Provider, key: verify.SecretRef,
		}, allow)...)
	}
	return errs
}

func validateDriftDetection(path *field.Path, drift *helmv2.DriftDetection) field.ErrorList {
	if drift == nil {
		return nil
	}
	errs := validate.Enum(path.Child("mode"), drift.Mode,
		helmv2.DriftDetectionEnabled, helmv2.DriftDetectionWarn, helmv2.DriftDetectionDisabled)
	for i, rule := range drift.Ignore {
		errs = append(errs, validateIgnoreRule(path.Child("ignore").Index(i), rule.Paths, rule.Target, wholeObject)...)
	}
	return errs
}

var (
	valuesKey  = regexp.MustCompile(`^[\-._a-zA-Z0-9]+$`)
	targetPath = regexp.MustCompile(`^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$`)
)

func validateValuesFrom(path *field.Path, refs []meta.ValuesReference) field.ErrorList {
	var errs field.ErrorList
	for i, ref := range refs {
		at := path.Index(i)
		errs = append(errs, validate.RequiredEnum(at.Child("kind"), ref.Kind, "Secret", "ConfigMap")...)
		errs = append(errs, validate.Subdomain(at.Child("name"), ref.Name)...)
		if ref.ValuesKey != "" {
			errs = append(errs, validate.MaxLength(at.Child("valuesKey"), ref.ValuesKey, 253)...)
			errs = append(errs, matches(at.Child("valuesKey"), ref.ValuesKey, valuesKey)...)
		}
		if ref.TargetPath != "" {
			errs = append(errs, validate.MaxLength(at.Child("targetPath"), ref.TargetPath, 250)...)
			errs = append(errs, validateTargetPath(at.Child("targetPath"), ref.TargetPath)...)
		}
	}
	return errs
}

// keyPath is a path of keys, each with indexes behind it; a backslash escapes.
var (
	keyPath  = regexp.MustCompile(`^(\\.|[^\\.\[])+(\[[0-9]+\])*(\.(\\.|[^\\.\[])+(\[[0-9]+\])*)*$`)
	keyIndex = regexp.MustCompile(`\[([0-9]+)\]`)
)

// maxIndex is the greatest index that Helm sets.
const maxIndex = 65536

// validateTargetPath checks where a value is set.
//
// Upstream: ReplacePathValue of fluxcd/pkg/chartutil, by ParseInto of Helm's
// strvals, which fails or sets nothing.
func validateTargetPath(path *field.Path, value string) field.ErrorList {
	if errs := matches(path, value, targetPath); len(errs) > 0 {
		return errs
	}
	if !keyPath.MatchString(value) {
		return field.ErrorList{field.Invalid(path, value, "must be a path of keys, such as a.b[0].c")}
	}
	for _, index := range keyIndex.FindAllStringSubmatch(value, -1) {
		if n, _ := strconv.Atoi(index[1]); n > maxIndex {
			return field.ErrorList{field.Invalid(path, value, "must not have an index above 65536")}
		}
	}
	return nil
}

func validatePostRenderers(path *field.Path, spec *helmv2.HelmReleaseSpec) field.ErrorList {
	var errs field.ErrorList
	for i, renderer := range spec.PostRenderers {
		if renderer.Kustomize != nil {
			at := path.Child("postRenderers").Index(i).Child("kustomize")
			errs = append(errs, validatePatches(at, renderer.Kustomize.Patches, renderer.Kustomize.Images)...)
		}
	}
	return append(errs, validate.Enum(path.Child("postRenderStrategy"), spec.PostRenderStrategy,
		helmv2.PostRenderStrategyNoHooks, helmv2.PostRenderStrategyCombined, helmv2.PostRenderStrategySeparate)...)
}
