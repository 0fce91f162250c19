package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A GlobalCustomQuotaOption sets something on a [GlobalCustomQuota].
type GlobalCustomQuotaOption interface {
	ApplyToGlobalCustomQuota(*capsulev1beta2.GlobalCustomQuota) error
}

// GlobalCustomQuotaFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type GlobalCustomQuotaFunc func(*capsulev1beta2.GlobalCustomQuota) error

// ApplyToGlobalCustomQuota calls f.
func (f GlobalCustomQuotaFunc) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	if f == nil {
		return nil
	}
	return f(quota)
}

// GlobalCustomQuota is a [CustomQuota] that the namespaces selected by
// [Namespaces] use up together or, with [ClusterWide], the whole cluster.
//
// See https://projectcapsule.dev/docs/resource-management/customquotas/#globalcustomquota
func GlobalCustomQuota(name string, limit resource.Quantity, opts ...GlobalCustomQuotaOption) (*capsulev1beta2.GlobalCustomQuota, error) {
	quota := &capsulev1beta2.GlobalCustomQuota{
		TypeMeta:   typeMeta("GlobalCustomQuota"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: capsulev1beta2.GlobalCustomQuotaSpec{
			CustomQuotaSpec: capsulev1beta2.CustomQuotaSpec{Limit: limit.DeepCopy()},
		},
	}
	clusterWide := asked[ClusterWide](opts)
	return build.WithOptions(quota, opts, GlobalCustomQuotaOption.ApplyToGlobalCustomQuota, func(quota *capsulev1beta2.GlobalCustomQuota) field.ErrorList {
		return validateGlobalCustomQuota(quota, clusterWide)
	})
}

// ClusterWide says that a [GlobalCustomQuota] without [Namespaces] is meant to
// be one: it counts the objects of every namespace and those of none.
type ClusterWide bool

// ApplyToGlobalCustomQuota sets nothing: to select no namespaces is to select
// them all.
func (c ClusterWide) ApplyToGlobalCustomQuota(*capsulev1beta2.GlobalCustomQuota) error { return nil }

func validateGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota, clusterWide bool) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(quota)
	errs = append(errs, validateCustomQuotaSpec(spec, &quota.Spec.CustomQuotaSpec)...)
	selectors := spec.Child("namespaceSelectors")
	switch {
	case clusterWide && len(quota.Spec.NamespaceSelectors) > 0:
		errs = append(errs, field.Forbidden(selectors, "ClusterWide is all namespaces: give one or the other"))
	case !clusterWide && len(quota.Spec.NamespaceSelectors) == 0:
		errs = append(errs, field.Required(selectors, "without one the whole cluster is counted; ask for that with ClusterWide"))
	}
	return append(errs, validateNamespaceSelectors(selectors, quota.Spec.NamespaceSelectors)...)
}
