package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A HelmChartOption sets something on a [HelmChart].
type HelmChartOption interface {
	ApplyToHelmChart(*sourcev1.HelmChart) error
}

// HelmChartFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type HelmChartFunc func(*sourcev1.HelmChart) error

// ApplyToHelmChart calls f.
func (f HelmChartFunc) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	if f == nil {
		return nil
	}
	return f(chart)
}

// HelmChart fetches a chart from a HelmRepository, or packages one that lies in
// a GitRepository or a Bucket, given by [From]. The chart is the name in the
// repository, or the path in the source. The latest version is taken unless
// [Version] says otherwise, and looked for every [DefaultSourceInterval].
//
// See https://fluxcd.io/flux/components/source/helmcharts/
func HelmChart(namespace, name string, source FromSource, chart string, opts ...HelmChartOption) (*sourcev1.HelmChart, error) {
	obj := &sourcev1.HelmChart{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.HelmChartKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: sourcev1.HelmChartSpec{
			Chart:    chart,
			Interval: metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	return build.WithOptions(obj, append([]HelmChartOption{source}, opts...), HelmChartOption.ApplyToHelmChart, validateHelmChart)
}

var helmChartSources = []string{sourcev1.HelmRepositoryKind, sourcev1.GitRepositoryKind, sourcev1.BucketKind}

func validateHelmChart(chart *sourcev1.HelmChart) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(chart)
	if ref := chart.Spec.SourceRef; ref.Kind == "" && ref.Name == "" {
		errs = append(errs, field.Required(spec.Child("sourceRef"), ""))
	} else {
		errs = append(errs, validate.RequiredEnum(spec.Child("sourceRef", "kind"), ref.Kind, helmChartSources...)...)
		errs = append(errs, validate.Subdomain(spec.Child("sourceRef", "name"), ref.Name)...)
	}
	errs = append(errs, validate.Duration(spec.Child("interval"), chart.Spec.Interval)...)
	errs = append(errs, validateChart(spec, chartOf{
		kind:     chart.Spec.SourceRef.Kind,
		chart:    chart.Spec.Chart,
		version:  chart.Spec.Version,
		strategy: chart.Spec.ReconcileStrategy,
		values:   chart.Spec.ValuesFiles,
	})...)
	if verify := chart.Spec.Verify; verify != nil {
		errs = append(errs, validateChartVerification(spec.Child("verify"), verify, chart.Spec.SourceRef.Kind)...)
	}
	return errs
}

func validateChartVerification(path *field.Path, verify *sourcev1.HelmChartVerification, kind string) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("provider"), verify.Provider, "cosign", "notation")
	errs = append(errs, optionalRef(path.Child("secretRef"), verify.SecretRef)...)
	errs = append(errs, validateIdentities(path.Child("matchOIDCIdentity"), verify.MatchOIDCIdentity)...)
	if kind != sourcev1.HelmRepositoryKind {
		errs = append(errs, field.Forbidden(path, "is supported only for charts from a HelmRepository"))
	}
	return append(errs, validateNotation(path, verify.Provider, verify.SecretRef)...)
}
