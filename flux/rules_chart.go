package flux

import (
	"regexp"
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// chartOf has the fields that a HelmChart and a HelmRelease's template share.
type chartOf struct {
	kind, chart, version, strategy string
	values                         []string
}

// chartName matches the names of charts in a repository that source-controller
// accepts.
var chartName = regexp.MustCompile(`^([-a-z0-9]+/?\.?)+$`)

func validateChart(path *field.Path, c chartOf) field.ErrorList {
	errs := validate.Required(path.Child("chart"), c.chart)
	switch {
	case c.chart == "":
	case c.kind == sourcev1.HelmRepositoryKind:
		if !chartName.MatchString(c.chart) {
			errs = append(errs, field.Invalid(path.Child("chart"), c.chart, "must be a name in the repository: lower case letters, digits, -, / and ."))
		}
		errs = append(errs, validate.Version(path.Child("version"), c.version)...)
	default:
		errs = append(errs, validate.SourcePath(path.Child("chart"), c.chart)...)
		if strings.HasPrefix(c.chart, "/") {
			errs = append(errs, field.Invalid(path.Child("chart"), c.chart, "must be a path relative to the root of the source"))
		}
	}
	errs = append(errs, validate.Enum(path.Child("reconcileStrategy"), c.strategy,
		sourcev1.ReconcileStrategyChartVersion, sourcev1.ReconcileStrategyRevision)...)
	for i, file := range c.values {
		at := path.Child("valuesFiles").Index(i)
		errs = append(errs, validate.Required(at, file)...)
		errs = append(errs, validate.SourcePath(at, file)...)
		if c.kind == sourcev1.HelmRepositoryKind && strings.HasPrefix(file, "/") {
			errs = append(errs, field.Invalid(at, file, "must be relative to the chart"))
		}
	}
	return errs
}

// validateChartSignature: charts from elsewhere are packaged by the controller
// itself, so they have no signature.
func validateChartSignature(path *field.Path, kind string, s signature, allow allowances) field.ErrorList {
	errs := validateSignature(path, s, allow)
	if kind != sourcev1.HelmRepositoryKind {
		errs = append(errs, field.Forbidden(path, "is supported only for charts from a HelmRepository"))
	}
	return errs
}
