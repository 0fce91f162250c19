package tenant

import (
	"cmp"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

const (
	// DefaultServiceAccount is the name of the reconciler's account unless
	// Spec.ServiceAccount says otherwise. Flux's controllers should run with
	// --default-service-account=gitops-reconciler.
	DefaultServiceAccount = "gitops-reconciler"

	// DefaultHomeRole is the reconciler's ClusterRole in its home namespace
	// unless Spec.HomeRole says otherwise. [HomeRole] builds it.
	DefaultHomeRole = names.HomeRole

	// DefaultRetryInterval is how long a failed reconciliation waits unless
	// Spec.RetryInterval says otherwise.
	DefaultRetryInterval = 5 * time.Second
)

// withDefaults returns the spec with its defaults filled in, except those that the
// objects' builders fill in.
func (s Spec) withDefaults() Spec {
	if s.Quarantine {
		s = s.quarantined()
	}
	s.Home = cmp.Or(s.Home, s.Name)
	s.ServiceAccount = cmp.Or(s.ServiceAccount, DefaultServiceAccount)
	if !s.NoHomeRole {
		s.HomeRole = cmp.Or(s.HomeRole, DefaultHomeRole)
	}
	s.Interval = cmp.Or(s.Interval, metav1.Duration{Duration: flux.DefaultReconcileInterval})
	if s.ForceTenantPrefix == nil {
		s.ForceTenantPrefix = new(true)
	}
	s.Quota = s.Quota.withDefaults()
	s.RetryInterval = cmp.Or(s.RetryInterval, metav1.Duration{Duration: DefaultRetryInterval})
	s.Isolation.Profile = cmp.Or(s.Isolation.Profile, Baseline)
	return s.withProfile()
}

// quarantined returns the spec of a tenant in quarantine: no controller watches its
// objects, and it may change none.
func (s Spec) quarantined() Spec {
	s.Shard, s.Suspend = names.Quarantine, true
	s.HomeRole, s.NoHomeRole = "", true
	s.Quota.FluxInHome = FluxObjects{}.or(0, 0, 0)
	s.Quota.FluxPerNamespace = FluxObjects{}.or(0, 0, 0)
	return s
}
