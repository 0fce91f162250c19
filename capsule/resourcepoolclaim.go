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

// A ResourcePoolClaimOption sets something on a [ResourcePoolClaim].
type ResourcePoolClaimOption interface {
	ApplyToResourcePoolClaim(*capsulev1beta2.ResourcePoolClaim) error
}

// ResourcePoolClaimFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type ResourcePoolClaimFunc func(*capsulev1beta2.ResourcePoolClaim) error

// ApplyToResourcePoolClaim calls f.
func (f ResourcePoolClaimFunc) ApplyToResourcePoolClaim(claim *capsulev1beta2.ResourcePoolClaim) error {
	if f == nil {
		return nil
	}
	return f(claim)
}

// ResourcePoolClaim takes resources from a [ResourcePool] for its namespace.
// While they are in use, which Capsule calls bound, neither the pool nor the
// resources can change, and the claim can be deleted only after it was released
// with the annotation projectcapsule.dev/release. Left empty, the pool is one that Capsule chooses;
// in manifests that are applied again and again, name it.
//
// See https://projectcapsule.dev/docs/resourcepools/#claims
func ResourcePoolClaim(namespace, name, pool string, resources corev1.ResourceList, opts ...ResourcePoolClaimOption) (*capsulev1beta2.ResourcePoolClaim, error) {
	claim := &capsulev1beta2.ResourcePoolClaim{
		TypeMeta:   typeMeta("ResourcePoolClaim"),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       capsulev1beta2.ResourcePoolClaimSpec{Pool: pool, ResourceClaims: maps.Clone(resources)},
	}
	return build.WithOptions(claim, opts, ResourcePoolClaimOption.ApplyToResourcePoolClaim, validateResourcePoolClaim)
}

func validateResourcePoolClaim(claim *capsulev1beta2.ResourcePoolClaim) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(claim)
	errs = append(errs, validate.OptionalSubdomain(spec.Child("pool"), claim.Spec.Pool)...)
	return append(errs, validateResourceList(spec.Child("claim"), claim.Spec.ResourceClaims)...)
}
