package flux

import (
	"regexp"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Version is the version of the chart, or a range such as "6.x" or ">=6.0.0
// <7.0.0", of which the latest is taken. It is ignored for a chart in a
// GitRepository or Bucket.
type Version string

// ApplyToHelmChart sets spec.version.
func (v Version) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.Version = string(v)
	return nil
}

// ApplyToHelmRelease sets spec.chart.spec.version.
func (v Version) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	chartTemplate(release).Version = string(v)
	return nil
}

// ReconcileStrategy tells what makes a new artifact of the chart: ChartVersion
// (the default), only a new version of it; Revision, any change of its source.
type ReconcileStrategy string

// ApplyToHelmChart sets spec.reconcileStrategy.
func (r ReconcileStrategy) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.ReconcileStrategy = string(r)
	return nil
}

// ApplyToHelmRelease sets spec.chart.spec.reconcileStrategy.
func (r ReconcileStrategy) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	chartTemplate(release).ReconcileStrategy = string(r)
	return nil
}

// ValuesFiles adds files of the source that take the place of the chart's
// values.yaml, the last one winning.
type ValuesFiles []string

// ApplyToHelmChart appends to spec.valuesFiles.
func (v ValuesFiles) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.ValuesFiles = append(chart.Spec.ValuesFiles, v...)
	return nil
}

// ApplyToHelmRelease appends to spec.chart.spec.valuesFiles.
func (v ValuesFiles) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	template := chartTemplate(release)
	template.ValuesFiles = append(template.ValuesFiles, v...)
	return nil
}

// IgnoreMissingValuesFiles skips [ValuesFiles] that the source does not have.
type IgnoreMissingValuesFiles bool

// ApplyToHelmChart sets spec.ignoreMissingValuesFiles.
func (i IgnoreMissingValuesFiles) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.IgnoreMissingValuesFiles = bool(i)
	return nil
}

// ApplyToHelmRelease sets spec.chart.spec.ignoreMissingValuesFiles.
func (i IgnoreMissingValuesFiles) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	chartTemplate(release).IgnoreMissingValuesFiles = bool(i)
	return nil
}

// VerifyChart accepts only charts that are signed: with one of the keys in the
// Secret, or keyless by one of the identities, which a HelmRelease cannot name.
// It works for charts from a HelmRepository of type oci. The default provider is
// cosign.
type VerifyChart sourcev1.HelmChartVerification

// ApplyToHelmChart sets spec.verify.
func (v VerifyChart) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.Verify = (*sourcev1.HelmChartVerification)(&v).DeepCopy()
	if v.Provider == "" {
		// The field is not omitted when empty, so the CRD's default never applies.
		chart.Spec.Verify.Provider = "cosign"
	}
	return nil
}

// ApplyToHelmRelease sets spec.chart.spec.verify.
func (v VerifyChart) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	verify := &helmv2.HelmChartTemplateVerification{Provider: v.Provider}
	if v.Provider == "" {
		verify.Provider = "cosign"
	}
	if v.SecretRef != nil {
		verify.SecretRef = v.SecretRef.DeepCopy()
	}
	chartTemplate(release).Verify = verify
	if len(v.MatchOIDCIdentity) > 0 {
		path := field.NewPath("spec", "chart", "spec", "verify", "matchOIDCIdentity")
		return field.Forbidden(path, "a HelmRelease has no such field: refer to a HelmChart or an OCIRepository that has it")
	}
	return nil
}

// chartOf is what a HelmChart and a HelmRelease's template of one have in common.
type chartOf struct {
	kind, chart, version, strategy string
	values                         []string
}

// chartName is what source-controller accepts as the name of a chart in a
// repository.
var chartName = regexp.MustCompile(`^([-a-z0-9]+/?\.?)+$`)

func validateChart(spec *field.Path, c chartOf) field.ErrorList {
	errs := validate.Required(spec.Child("chart"), c.chart)
	switch {
	case c.chart == "":
	case c.kind == sourcev1.HelmRepositoryKind:
		if !chartName.MatchString(c.chart) {
			errs = append(errs, field.Invalid(spec.Child("chart"), c.chart, "must be a name in the repository: lower case letters, digits, -, / and ."))
		}
		errs = append(errs, validate.Version(spec.Child("version"), c.version)...)
	default:
		errs = append(errs, validate.Within(spec.Child("chart"), c.chart)...)
		if strings.HasPrefix(c.chart, "/") {
			errs = append(errs, field.Invalid(spec.Child("chart"), c.chart, "must be a path relative to the root of the source"))
		}
	}
	errs = append(errs, validate.Enum(spec.Child("reconcileStrategy"), c.strategy,
		sourcev1.ReconcileStrategyChartVersion, sourcev1.ReconcileStrategyRevision)...)
	for i, file := range c.values {
		at := spec.Child("valuesFiles").Index(i)
		errs = append(errs, validate.Required(at, file)...)
		errs = append(errs, validate.Within(at, file)...)
	}
	return errs
}
