package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// HelmChart fetches a chart from a HelmRepository, or packages one that lies in a
// GitRepository or a Bucket. spec.chart is a name in the repository or a path in the
// source. The default of spec.interval is [DefaultSourceInterval], the default of
// spec.verify.provider is cosign. Without spec.version it takes the latest.
//
// See https://fluxcd.io/flux/components/source/helmcharts/
func HelmChart(metadata metav1.ObjectMeta, spec sourcev1.HelmChartSpec, allow ...Allowance) (*sourcev1.HelmChart, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	if spec.Verify != nil {
		spec.Verify = new(*spec.Verify)
		defaultCosign(&spec.Verify.Provider)
	}
	return finish(&sourcev1.HelmChart{TypeMeta: typeMeta(sourcev1.HelmChartKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateHelmChart(path *field.Path, spec *sourcev1.HelmChartSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	if ref := spec.SourceRef; ref.Kind == "" && ref.Name == "" {
		errs = append(errs, field.Required(path.Child("sourceRef"), ""))
	} else {
		errs = append(errs, validate.RequiredEnum(path.Child("sourceRef", "kind"), ref.Kind, helmChartSources...)...)
		errs = append(errs, validate.Subdomain(path.Child("sourceRef", "name"), ref.Name)...)
	}
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validateChart(path, chartOf{
		kind:     spec.SourceRef.Kind,
		chart:    spec.Chart,
		version:  spec.Version,
		strategy: spec.ReconcileStrategy,
		values:   spec.ValuesFiles,
	})...)
	if verify := spec.Verify; verify != nil {
		errs = append(errs, validateChartSignature(path.Child("verify"), spec.SourceRef.Kind, signature{
			provider: verify.Provider, key: verify.SecretRef, identities: verify.MatchOIDCIdentity,
		}, allow)...)
	}
	return errs
}
