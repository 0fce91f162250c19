package flux

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	// DefaultSourceInterval is the default of spec.interval of the sources, of a
	// HelmChart and of an ImageRepository: how often they are checked for changes.
	// It is the default of the flux command.
	DefaultSourceInterval = time.Minute

	// DefaultReconcileInterval is the default of spec.interval of a Kustomization, a
	// HelmRelease and an ImageUpdateAutomation: how often drift is corrected. A change
	// of the source is applied at once, regardless of the interval.
	DefaultReconcileInterval = 10 * time.Minute
)

// defaultInterval sets an interval that is zero. The CRDs require one.
func defaultInterval(interval *metav1.Duration, d time.Duration) {
	if interval.Duration == 0 {
		interval.Duration = d
	}
}

// defaultCosign sets the provider of a signature's verification. The CRDs have
// the same default, which never applies, since the field is written even if it is
// empty.
func defaultCosign(provider *string) {
	if *provider == "" {
		*provider = "cosign"
	}
}
