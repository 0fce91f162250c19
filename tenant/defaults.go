package tenant

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

const (
	// DefaultServiceAccount is the name of the reconciler's account unless
	// Spec.ServiceAccount says otherwise. Flux's controllers should run with
	// --default-service-account=gitops-reconciler.
	DefaultServiceAccount = "gitops-reconciler"

	// DefaultHomeRole is the reconciler's ClusterRole in its home namespace
	// unless Spec.HomeRole says otherwise.
	DefaultHomeRole = "admin"

	// DefaultRetryInterval is how long a failed reconciliation waits unless
	// Spec.RetryInterval says otherwise.
	DefaultRetryInterval = 5 * time.Second

	// platformRetryInterval is that of the platform's Kustomizations, which wait
	// for each other at the first apply of a cluster.
	platformRetryInterval = time.Minute
)

// withDefaults returns the spec with every default filled in that does not lie
// in a builder already.
func (s Spec) withDefaults() Spec {
	s.Home = orDefault(s.Home, s.Name)
	s.ServiceAccount = orDefault(s.ServiceAccount, DefaultServiceAccount)
	s.HomeRole = orDefault(s.HomeRole, DefaultHomeRole)
	s.Interval = orDefault(s.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	s.RetryInterval = orDefault(s.RetryInterval, metav1.Duration{Duration: DefaultRetryInterval})
	s.Git.Interval = orDefault(s.Git.Interval, metav1.Duration{Duration: flux.DefaultSourceInterval})
	s.OCI.Interval = orDefault(s.OCI.Interval, metav1.Duration{Duration: flux.DefaultSourceInterval})
	return s.withProfile()
}

func orDefault[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}
