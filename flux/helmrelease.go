package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A HelmReleaseOption sets something on a [HelmRelease].
type HelmReleaseOption interface {
	ApplyToHelmRelease(*helmv2.HelmRelease) error
}

// HelmReleaseFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type HelmReleaseFunc func(*helmv2.HelmRelease) error

// ApplyToHelmRelease calls f.
func (f HelmReleaseFunc) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	if f == nil {
		return nil
	}
	return f(release)
}

// HelmRelease installs a chart, given by [From], and upgrades it when the chart
// or the values change. From an OCIRepository, HelmChart or ExternalArtifact
// comes the chart itself; a HelmRepository, GitRepository or Bucket holds
// several, so that [Chart] has to name one. The release is looked at every
// [DefaultReconcileInterval], and acts with the privileges of the controller, or
// of its --default-service-account, unless [ServiceAccount] says otherwise.
//
// See https://fluxcd.io/flux/components/helm/helmreleases/
func HelmRelease(namespace, name string, source FromSource, opts ...HelmReleaseOption) (*helmv2.HelmRelease, error) {
	release := &helmv2.HelmRelease{
		TypeMeta:   typeMeta(helmv2.GroupVersion, helmv2.HelmReleaseKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: helmv2.HelmReleaseSpec{
			Interval: metav1.Duration{Duration: DefaultReconcileInterval},
		},
	}
	return build.WithOptions(release, append([]HelmReleaseOption{source}, opts...), HelmReleaseOption.ApplyToHelmRelease, validateHelmRelease)
}

// Chart is the name of the chart in a HelmRepository, or its path in a
// GitRepository or Bucket.
type Chart string

// ApplyToHelmRelease sets spec.chart.spec.chart.
func (c Chart) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	chartTemplate(release).Chart = string(c)
	return nil
}

// ReleaseName is the name that Helm knows the release by, of at most 53
// characters. Without it, Flux takes the name of the HelmRelease, with the
// target namespace and a hyphen before it if there is one.
type ReleaseName string

// ApplyToHelmRelease sets spec.releaseName.
func (r ReleaseName) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.ReleaseName = string(r)
	return nil
}

// StorageNamespace is where Helm keeps its records of the release: by default
// the namespace of the HelmRelease, on the cluster that [KubeConfig] names.
type StorageNamespace string

// ApplyToHelmRelease sets spec.storageNamespace.
func (s StorageNamespace) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.StorageNamespace = string(s)
	return nil
}

// MaxHistory is the number of revisions that Helm keeps. Flux's default is 5,
// and 0 keeps all of them.
type MaxHistory int

// ApplyToHelmRelease sets spec.maxHistory.
func (m MaxHistory) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.MaxHistory = new(int(m))
	return nil
}

// PersistentClient tells whether one client serves all of a reconciliation,
// which is the default. Charts that create CRDs outside their crds directory
// need a new one for each step.
type PersistentClient bool

// ApplyToHelmRelease sets spec.persistentClient.
func (p PersistentClient) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.PersistentClient = new(bool(p))
	return nil
}

// DriftDetection tells what is done about changes that were made behind Helm's
// back: "disabled" (the default), "warn" or "enabled", which corrects them.
type DriftDetection string

// ApplyToHelmRelease sets spec.driftDetection.mode.
func (d DriftDetection) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	driftDetection(release).Mode = helmv2.DriftDetectionMode(d)
	return nil
}

// PostRenderers adds kustomize patches and images that change what the chart
// renders.
type PostRenderers []helmv2.PostRenderer

// ApplyToHelmRelease appends to spec.postRenderers.
func (p PostRenderers) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	for _, renderer := range p {
		release.Spec.PostRenderers = append(release.Spec.PostRenderers, *renderer.DeepCopy())
	}
	return nil
}

// PostRenderStrategy tells whether hooks go through [PostRenderers] too:
// combined with the templates (the default), in a stream of their own
// ("separate"), or not at all ("nohooks").
type PostRenderStrategy string

// ApplyToHelmRelease sets spec.postRenderStrategy.
func (p PostRenderStrategy) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.PostRenderStrategy = helmv2.PostRenderStrategy(p)
	return nil
}

// WaitStrategy tells how Helm waits for what it applied: "poller", which also
// heeds [HealthCheckExprs], or "legacy", as Helm 3 did.
type WaitStrategy string

// ApplyToHelmRelease sets spec.waitStrategy.
func (w WaitStrategy) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.WaitStrategy = &helmv2.WaitStrategy{Name: helmv2.WaitStrategyName(w)}
	return nil
}

// ValuesFrom adds ConfigMaps and Secrets of the HelmRelease's namespace that
// hold values, the last one winning; [Values] win over all of them.
type ValuesFrom []meta.ValuesReference

// ApplyToHelmRelease appends to spec.valuesFrom.
func (v ValuesFrom) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.ValuesFrom = append(release.Spec.ValuesFrom, v...)
	return nil
}

func chartTemplate(release *helmv2.HelmRelease) *helmv2.HelmChartTemplateSpec {
	if release.Spec.Chart == nil {
		release.Spec.Chart = &helmv2.HelmChartTemplate{}
	}
	return &release.Spec.Chart.Spec
}

func driftDetection(release *helmv2.HelmRelease) *helmv2.DriftDetection {
	if release.Spec.DriftDetection == nil {
		release.Spec.DriftDetection = &helmv2.DriftDetection{}
	}
	return release.Spec.DriftDetection
}

func helmCommonMetadata(release *helmv2.HelmRelease) *helmv2.CommonMetadata {
	if release.Spec.CommonMetadata == nil {
		release.Spec.CommonMetadata = &helmv2.CommonMetadata{}
	}
	return release.Spec.CommonMetadata
}
