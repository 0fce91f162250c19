package flux

import (
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
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

// Interval is the time between two reconciliations: how often a source is
// checked for changes, how often a Kustomization corrects drift. It must be
// positive and is written in whole milliseconds or more.
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

// ApplyToKustomization sets spec.interval.
func (i Interval) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Interval = duration(i)
	return nil
}

// Timeout bounds one reconciliation. Flux's defaults are 60 seconds for
// sources, and the interval less 30 seconds for a Kustomization. Sources refuse
// a timeout of an hour or more.
type Timeout time.Duration

// ApplyToGitRepository sets spec.timeout.
func (t Timeout) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToOCIRepository sets spec.timeout.
func (t Timeout) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToKustomization sets spec.timeout.
func (t Timeout) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Timeout = new(duration(t))
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

// Suspend stops the controller from reconciling the object; what it applied
// before stays as it is.
type Suspend bool

// ApplyToGitRepository sets spec.suspend.
func (s Suspend) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToOCIRepository sets spec.suspend.
func (s Suspend) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToKustomization sets spec.suspend.
func (s Suspend) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Suspend = bool(s)
	return nil
}

func duration[D ~int64](d D) metav1.Duration {
	return metav1.Duration{Duration: time.Duration(d)}
}
