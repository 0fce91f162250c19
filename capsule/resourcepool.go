package capsule

import (
	"maps"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A ResourcePoolOption sets something on a [ResourcePool].
type ResourcePoolOption interface {
	ApplyToResourcePool(*capsulev1beta2.ResourcePool) error
}

// ResourcePoolFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type ResourcePoolFunc func(*capsulev1beta2.ResourcePool) error

// ApplyToResourcePool calls f.
func (f ResourcePoolFunc) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	if f == nil {
		return nil
	}
	return f(pool)
}

// ResourcePool is an amount of resources that the namespaces selected by
// [Namespaces] share: each takes its part with a [ResourcePoolClaim], and has no
// quota for more. In a namespace without a claim the resources are limited only
// by [PoolDefaults].
//
// See https://projectcapsule.dev/docs/resourcepools/
func ResourcePool(name string, hard corev1.ResourceList, opts ...ResourcePoolOption) (*capsulev1beta2.ResourcePool, error) {
	pool := &capsulev1beta2.ResourcePool{
		TypeMeta:   typeMeta("ResourcePool"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       capsulev1beta2.ResourcePoolSpec{Quota: corev1.ResourceQuotaSpec{Hard: maps.Clone(hard)}},
	}
	return build.WithOptions(pool, opts, ResourcePoolOption.ApplyToResourcePool, validateResourcePool)
}

// PoolDefaults is what each namespace of a pool has without a claim. It does not
// count against the pool. Without it a namespace is unlimited until it claims.
type PoolDefaults corev1.ResourceList

// ApplyToResourcePool adds to spec.defaults.
func (p PoolDefaults) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	if pool.Spec.Defaults == nil {
		pool.Spec.Defaults = corev1.ResourceList{}
	}
	maps.Copy(pool.Spec.Defaults, p)
	return nil
}

// DefaultsZero makes 0 the default of every resource of the pool that
// [PoolDefaults] does not name, so that a namespace without a claim has nothing.
type DefaultsZero bool

// ApplyToResourcePool sets spec.config.defaultsZero.
func (d DefaultsZero) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	pool.Spec.Config.DefaultsAssignZero = new(bool(d))
	return nil
}

// OrderedQueue makes claims wait for older ones of the same resource, even
// where there is enough for them.
type OrderedQueue bool

// ApplyToResourcePool sets spec.config.orderedQueue.
func (o OrderedQueue) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	pool.Spec.Config.OrderedQueue = new(bool(o))
	return nil
}

// DeleteBoundResources deletes the claims of a pool together with it.
type DeleteBoundResources bool

// ApplyToResourcePool sets spec.config.deleteBoundResources.
func (d DeleteBoundResources) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	pool.Spec.Config.DeleteBoundResources = new(bool(d))
	return nil
}

func validateResourcePool(pool *capsulev1beta2.ResourcePool) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(pool)
	if len(pool.Spec.Selectors) == 0 {
		errs = append(errs, field.Required(spec.Child("selectors"), "a pool without a selector serves no namespace"))
	}
	errs = append(errs, validateNamespaceSelectors(spec.Child("selectors"), pool.Spec.Selectors)...)
	errs = append(errs, validateResourceQuota(spec.Child("quota"), pool.Spec.Quota)...)
	if len(pool.Spec.Defaults) > 0 {
		errs = append(errs, validateResourceList(spec.Child("defaults"), pool.Spec.Defaults)...)
	}
	return errs
}
