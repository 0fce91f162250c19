package flux

import (
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// DefaultSourceInterval is how often a source is checked for changes unless
	// [Interval] says otherwise; it is the flux CLI's default.
	DefaultSourceInterval = time.Minute

	// DefaultReconcileInterval is how often drift is corrected unless [Interval]
	// says otherwise. A change of the source is applied at once, whatever the
	// interval, so it can be long.
	DefaultReconcileInterval = 10 * time.Minute
)

// Interval is the time between two reconciliations: how often a source or an
// image is checked for changes, how often drift is corrected, how often the
// digest of an ImagePolicy's image is looked up. It must be positive and is
// written in whole milliseconds or more.
type Interval time.Duration

// ApplyToGitRepository sets spec.interval.
func (i Interval) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Interval = duration(i)
	return nil
}

// ApplyToOCIRepository sets spec.interval.
func (i Interval) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Interval = duration(i)
	return nil
}

// ApplyToBucket sets spec.interval.
func (i Interval) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Interval = duration(i)
	return nil
}

// ApplyToHelmRepository sets spec.interval.
func (i Interval) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.Interval = duration(i)
	return nil
}

// ApplyToHelmChart sets spec.interval.
func (i Interval) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.Interval = duration(i)
	return nil
}

// ApplyToKustomization sets spec.interval.
func (i Interval) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Interval = duration(i)
	return nil
}

// ApplyToHelmRelease sets spec.interval.
func (i Interval) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Interval = duration(i)
	return nil
}

// ApplyToReceiver sets spec.interval.
func (i Interval) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	receiver.Spec.Interval = new(duration(i))
	return nil
}

// ApplyToImageRepository sets spec.interval.
func (i Interval) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.Interval = duration(i)
	return nil
}

// ApplyToImagePolicy sets spec.interval.
func (i Interval) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Interval = new(duration(i))
	return nil
}

// ApplyToImageUpdateAutomation sets spec.interval.
func (i Interval) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	automation.Spec.Interval = duration(i)
	return nil
}

// RetryInterval is the time until a failed reconciliation is tried again. Flux
// waits the whole interval when it is not set.
type RetryInterval time.Duration

// ApplyToKustomization sets spec.retryInterval.
func (r RetryInterval) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.RetryInterval = new(duration(r))
	return nil
}

func duration[D ~int64](d D) metav1.Duration {
	return metav1.Duration{Duration: time.Duration(d)}
}
