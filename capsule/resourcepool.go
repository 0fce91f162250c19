package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ResourcePool is an amount of resources, spec.quota.hard, that the namespaces
// of spec.selectors share: each takes its part with a [ResourcePoolClaim], and
// has no quota for more. In a namespace without a claim the resources are limited
// by spec.defaults, which do not count against the pool, or not at all; with
// spec.config.defaultsZero such a namespace gets nothing. [TenantNamespaces] and
// [EveryNamespace] make a selector.
//
// See https://projectcapsule.dev/docs/resourcepools/
func ResourcePool(metadata metav1.ObjectMeta, spec capsulev1beta2.ResourcePoolSpec, allow ...Allowance) (*capsulev1beta2.ResourcePool, error) {
	pool := &capsulev1beta2.ResourcePool{TypeMeta: typeMeta("ResourcePool"), ObjectMeta: metadata, Spec: spec}
	return finish(pool, allow)
}

func validateResourcePool(spec *field.Path, pool *capsulev1beta2.ResourcePoolSpec) field.ErrorList {
	var errs field.ErrorList
	if len(pool.Selectors) == 0 {
		errs = append(errs, field.Required(spec.Child("selectors"), "a pool without a selector serves no namespace"))
	}
	errs = append(errs, validateNamespaceSelectors(spec.Child("selectors"), pool.Selectors)...)
	errs = append(errs, quota.Validate(spec.Child("quota"), pool.Quota)...)
	return append(errs, quota.ValidateResources(spec.Child("defaults"), pool.Defaults)...)
}

// ResourcePoolClaim takes resources from a [ResourcePool] for its namespace. While
// they are in use, which Capsule calls bound, neither the pool nor the resources can
// change, and the claim can be deleted only after it was released with the annotation
// projectcapsule.dev/release. With an empty spec.pool Capsule chooses one; name it in
// manifests that are applied repeatedly.
//
// See https://projectcapsule.dev/docs/resourcepools/#claims
func ResourcePoolClaim(metadata metav1.ObjectMeta, spec capsulev1beta2.ResourcePoolClaimSpec, allow ...Allowance) (*capsulev1beta2.ResourcePoolClaim, error) {
	claim := &capsulev1beta2.ResourcePoolClaim{TypeMeta: typeMeta("ResourcePoolClaim"), ObjectMeta: metadata, Spec: spec}
	return finish(claim, allow)
}

func validateResourcePoolClaim(spec *field.Path, claim *capsulev1beta2.ResourcePoolClaimSpec) field.ErrorList {
	errs := validate.OptionalSubdomain(spec.Child("pool"), claim.Pool)
	if len(claim.ResourceClaims) == 0 {
		errs = append(errs, field.Required(spec.Child("claim"), "at least one resource"))
	}
	return append(errs, quota.ValidateResources(spec.Child("claim"), claim.ResourceClaims)...)
}
