package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// HelmRelease installs a chart, and upgrades it when the chart or the values change.
// The chart is spec.chartRef, see [ChartRef], or spec.chart, see [Chart]. It acts as
// spec.serviceAccountName; without one it has the privileges of the controller or of
// the account of --default-service-account. The default of spec.interval is
// [DefaultReconcileInterval], the default of spec.chart.spec.verify.provider is
// cosign.
//
// See https://fluxcd.io/flux/components/helm/helmreleases/
func HelmRelease(metadata metav1.ObjectMeta, spec helmv2.HelmReleaseSpec, allow ...Allowance) (*helmv2.HelmRelease, error) {
	defaultInterval(&spec.Interval, DefaultReconcileInterval)
	if spec.Chart != nil && spec.Chart.Spec.Verify != nil {
		spec.Chart = spec.Chart.DeepCopy()
		defaultCosign(&spec.Chart.Spec.Verify.Provider)
	}
	return finish(&helmv2.HelmRelease{TypeMeta: typeMeta(helmv2.HelmReleaseKind), ObjectMeta: metadata, Spec: spec}, allow)
}
