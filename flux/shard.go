package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// ShardKey is the label by which the controllers of a shard select objects.
//
// See https://fluxcd.io/flux/installation/configuration/sharding/
const ShardKey = "sharding.fluxcd.io/key"

// Shard labels obj for the controllers that run with
// --watch-label-selector=sharding.fluxcd.io/key=<shard>. In a HelmRelease it also
// sets spec.chart.metadata.labels, which the HelmChart made of it gets: without
// them a source-controller of another shard would fetch the chart. The objects
// that refer to obj, and those it refers to, need the same shard.
//
// It does nothing if obj is nil.
func Shard(obj Object, shard string) {
	if build.IsNil(obj) {
		return
	}
	label := map[string]string{ShardKey: shard}
	obj.SetLabels(build.Merge(obj.GetLabels(), label))
	release, ok := obj.(*helmv2.HelmRelease)
	if !ok || release.Spec.Chart == nil {
		return
	}
	chart := release.Spec.Chart.DeepCopy()
	if chart.ObjectMeta == nil {
		chart.ObjectMeta = &helmv2.HelmChartTemplateObjectMeta{}
	}
	chart.ObjectMeta.Labels = build.Merge(chart.ObjectMeta.Labels, label)
	release.Spec.Chart = chart
}
