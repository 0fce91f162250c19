package tenant

import (
	"cmp"
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
)

// withDefaults returns the spec with every default filled in that is not one of
// the objects' builders.
func (s Spec) withDefaults() Spec {
	s.Home = cmp.Or(s.Home, s.Name)
	s.ServiceAccount = cmp.Or(s.ServiceAccount, DefaultServiceAccount)
	if !s.NoHomeRole {
		s.HomeRole = cmp.Or(s.HomeRole, DefaultHomeRole)
	}
	s.Interval = cmp.Or(s.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	s.RetryInterval = cmp.Or(s.RetryInterval, metav1.Duration{Duration: DefaultRetryInterval})
	return s.withProfile()
}
