package flux

import (
	"regexp"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// maxReleaseName is Helm's own limit.
const maxReleaseName = 53

func validateHelmRelease(spec *field.Path, release *helmv2.HelmRelease) field.ErrorList {
	errs := validateOwnerLabel(release.Name)
	errs = append(errs, validateReleaseChart(spec, release)...)
	errs = append(errs, validate.Duration(spec.Child("interval"), release.Spec.Interval)...)
	errs = append(errs, validate.OptionalDuration(spec.Child("timeout"), release.Spec.Timeout)...)
	if name := release.Spec.ReleaseName; name != "" {
		errs = append(errs, validate.Subdomain(spec.Child("releaseName"), name)...)
		errs = append(errs, maxLength(spec.Child("releaseName"), name, maxReleaseName)...)
	}
	errs = append(errs, validate.OptionalLabel(spec.Child("targetNamespace"), release.Spec.TargetNamespace)...)
	errs = append(errs, validate.OptionalLabel(spec.Child("storageNamespace"), release.Spec.StorageNamespace)...)
	errs = append(errs, validateDependencies(spec.Child("dependsOn"), release, release.Spec.DependsOn)...)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("serviceAccountName"), release.Spec.ServiceAccountName)...)
	errs = append(errs, validateKubeConfig(spec.Child("kubeConfig"), release.Spec.KubeConfig)...)
	if history := release.Spec.MaxHistory; history != nil && *history < 0 {
		errs = append(errs, field.Invalid(spec.Child("maxHistory"), *history, "must not be negative"))
	}
	if common := release.Spec.CommonMetadata; common != nil {
		errs = append(errs, validateCommonMetadata(spec.Child("commonMetadata"), common.Labels, common.Annotations)...)
	}
	errs = append(errs, validateDriftDetection(spec.Child("driftDetection"), release.Spec.DriftDetection)...)
	errs = append(errs, validateActions(spec, &release.Spec)...)
	errs = append(errs, validateValuesFrom(spec.Child("valuesFrom"), release.Spec.ValuesFrom)...)
	errs = append(errs, validateValues(spec.Child("values"), release.Spec.Values)...)
	errs = append(errs, validatePostRenderers(spec, &release.Spec)...)
	if wait := release.Spec.WaitStrategy; wait != nil {
		errs = append(errs, validate.RequiredEnum(spec.Child("waitStrategy", "name"), wait.Name,
			helmv2.WaitStrategyPoller, helmv2.WaitStrategyLegacy)...)
	}
	return append(errs, validateHealthCheckExprs(spec.Child("healthCheckExprs"), release.Spec.HealthCheckExprs)...)
}

func validateReleaseChart(spec *field.Path, release *helmv2.HelmRelease) field.ErrorList {
	chart, ref := release.Spec.Chart, release.Spec.ChartRef
	switch {
	case chart == nil && ref == nil:
		return field.ErrorList{field.Required(spec, "either chart or chartRef must be set")}
	case chart != nil && ref != nil:
		return field.ErrorList{field.Forbidden(spec.Child("chart"), "must not be set together with chartRef: "+ref.Kind+" "+ref.Name+" is the chart")}
	case ref != nil:
		return validateSourceRef(spec.Child("chartRef"), kustomizev1.CrossNamespaceSourceReference(*ref), helmReleaseSources)
	}
	return validateChartTemplate(spec.Child("chart", "spec"), release)
}

func validateChartTemplate(path *field.Path, release *helmv2.HelmRelease) field.ErrorList {
	template := &release.Spec.Chart.Spec
	errs := validateSourceRef(path.Child("sourceRef"), kustomizev1.CrossNamespaceSourceReference(template.SourceRef), helmChartSources)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), template.Interval)...)
	errs = append(errs, maxLength(path.Child("chart"), template.Chart, 2048)...)
	errs = append(errs, validateChart(path, chartOf{
		kind:     template.SourceRef.Kind,
		chart:    template.Chart,
		version:  template.Version,
		strategy: template.ReconcileStrategy,
		values:   template.ValuesFiles,
	})...)
	if verify := template.Verify; verify != nil {
		errs = append(errs, validateChartVerification(path.Child("verify"), &sourcev1.HelmChartVerification{
			Provider: verify.Provider, SecretRef: verify.SecretRef,
		}, template.SourceRef.Kind)...)
	}
	// The controller makes a HelmChart named <namespace>-<name> from the template.
	if chart := release.GetHelmChartName(); len(chart) > validation.DNS1123SubdomainMaxLength {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), release.Name,
			"is too long for the name of the HelmChart that is made of it"))
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
		errs = append(errs, validatePointers(path.Child("ignore").Index(i).Child("paths"), rule.Paths)...)
	}
	return errs
}

func validateActions(spec *field.Path, release *helmv2.HelmReleaseSpec) field.ErrorList {
	crds := []helmv2.CRDsPolicy{helmv2.Skip, helmv2.Create, helmv2.CreateReplace}
	apply := []helmv2.ServerSideApplyMode{helmv2.ServerSideApplyEnabled, helmv2.ServerSideApplyDisabled, helmv2.ServerSideApplyAuto}
	var errs field.ErrorList
	if install := release.Install; install != nil {
		path := spec.Child("install")
		errs = append(errs, validate.OptionalDuration(path.Child("timeout"), install.Timeout)...)
		errs = append(errs, validate.Enum(path.Child("crds"), install.CRDs, crds...)...)
		if strategy := install.Strategy; strategy != nil {
			errs = append(errs, validateStrategy(path.Child("strategy"), helmv2.UpgradeStrategy(*strategy))...)
		}
	}
	if upgrade := release.Upgrade; upgrade != nil {
		path := spec.Child("upgrade")
		errs = append(errs, validate.OptionalDuration(path.Child("timeout"), upgrade.Timeout)...)
		errs = append(errs, validate.Enum(path.Child("crds"), upgrade.CRDs, crds...)...)
		errs = append(errs, validate.Enum(path.Child("serverSideApply"), upgrade.ServerSideApply, apply...)...)
		errs = append(errs, validate.Enum(path.Child("chartNameChangeStrategy"), upgrade.ChartNameChangeStrategy,
			helmv2.ChartNameChangeStrategyInPlaceUpdate, helmv2.ChartNameChangeStrategyReinstall)...)
		if strategy := upgrade.Strategy; strategy != nil {
			errs = append(errs, validateStrategy(path.Child("strategy"), *strategy)...)
		}
		if remediation := upgrade.Remediation; remediation != nil && remediation.Strategy != nil {
			errs = append(errs, validate.RequiredEnum(path.Child("remediation", "strategy"), *remediation.Strategy,
				helmv2.RollbackRemediationStrategy, helmv2.UninstallRemediationStrategy)...)
		}
	}
	if rollback := release.Rollback; rollback != nil {
		path := spec.Child("rollback")
		errs = append(errs, validate.OptionalDuration(path.Child("timeout"), rollback.Timeout)...)
		errs = append(errs, validate.Enum(path.Child("serverSideApply"), rollback.ServerSideApply, apply...)...)
	}
	if uninstall := release.Uninstall; uninstall != nil {
		path := spec.Child("uninstall")
		errs = append(errs, validate.OptionalDuration(path.Child("timeout"), uninstall.Timeout)...)
		if propagation := uninstall.DeletionPropagation; propagation != nil {
			errs = append(errs, validate.RequiredEnum(path.Child("deletionPropagation"), *propagation, "background", "foreground", "orphan")...)
		}
	}
	if test := release.Test; test != nil {
		path := spec.Child("test")
		errs = append(errs, validate.OptionalDuration(path.Child("timeout"), test.Timeout)...)
		for i, filter := range test.GetFilters() {
			errs = append(errs, validate.Required(path.Child("filters").Index(i).Child("name"), filter.Name)...)
			errs = append(errs, maxLength(path.Child("filters").Index(i).Child("name"), filter.Name, 253)...)
		}
	}
	return errs
}

func validateStrategy(path *field.Path, strategy helmv2.UpgradeStrategy) field.ErrorList {
	retry, remediate := string(helmv2.ActionStrategyRetryOnFailure), string(helmv2.ActionStrategyRemediateOnFailure)
	errs := validate.RequiredEnum(path.Child("name"), strategy.Name, remediate, retry)
	errs = append(errs, validate.OptionalDuration(path.Child("retryInterval"), strategy.RetryInterval)...)
	if strategy.RetryInterval != nil && strategy.Name != retry {
		errs = append(errs, field.Forbidden(path.Child("retryInterval"), "may be set only when name is "+retry))
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
			errs = append(errs, maxLength(at.Child("valuesKey"), ref.ValuesKey, 253)...)
			errs = append(errs, matches(at.Child("valuesKey"), ref.ValuesKey, valuesKey)...)
		}
		if ref.TargetPath != "" {
			errs = append(errs, maxLength(at.Child("targetPath"), ref.TargetPath, 250)...)
			errs = append(errs, matches(at.Child("targetPath"), ref.TargetPath, targetPath)...)
		}
	}
	return errs
}

func validatePostRenderers(spec *field.Path, release *helmv2.HelmReleaseSpec) field.ErrorList {
	var errs field.ErrorList
	for i, renderer := range release.PostRenderers {
		if renderer.Kustomize != nil {
			at := spec.Child("postRenderers").Index(i).Child("kustomize")
			errs = append(errs, validatePatches(at, renderer.Kustomize.Patches, renderer.Kustomize.Images)...)
		}
	}
	return append(errs, validate.Enum(spec.Child("postRenderStrategy"), release.PostRenderStrategy,
		helmv2.PostRenderStrategyNoHooks, helmv2.PostRenderStrategyCombined, helmv2.PostRenderStrategySeparate)...)
}
