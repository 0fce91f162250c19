package capsule

import (
	"maps"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A GlobalResourceQuotaOption sets something on a [GlobalResourceQuota].
type GlobalResourceQuotaOption interface {
	ApplyToGlobalResourceQuota(*capsulev1beta2.GlobalResourceQuota) error
}

// GlobalResourceQuotaFunc is an option of one's own, for whatever has none here.
// What it sets is validated like the rest.
type GlobalResourceQuotaFunc func(*capsulev1beta2.GlobalResourceQuota) error

// ApplyToGlobalResourceQuota calls f.
func (f GlobalResourceQuotaFunc) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	if f == nil {
		return nil
	}
	return f(quota)
}

// GlobalResourceQuota is a ResourceQuota that the namespaces selected by
// [Namespaces] use up together. For those of one tenant a [Quota] among its
// rules does the same.
//
// See https://projectcapsule.dev/docs/resource-management/globalresourcequotas/
func GlobalResourceQuota(name string, hard corev1.ResourceList, opts ...GlobalResourceQuotaOption) (*capsulev1beta2.GlobalResourceQuota, error) {
	quota := &capsulev1beta2.GlobalResourceQuota{
		TypeMeta:   typeMeta("GlobalResourceQuota"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       capsulev1beta2.GlobalResourceQuotaSpec{Quota: corev1.ResourceQuotaSpec{Hard: maps.Clone(hard)}},
	}
	return build.WithOptions(quota, opts, GlobalResourceQuotaOption.ApplyToGlobalResourceQuota, validateGlobalResourceQuota)
}

// QuotaScopes limits what a quota counts to pods, or volumes, that match all the
// scopes.
type QuotaScopes []corev1.ResourceQuotaScope

// ApplyToGlobalResourceQuota appends to spec.quota.scopes.
func (q QuotaScopes) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	quota.Spec.Quota.Scopes = append(quota.Spec.Quota.Scopes, q...)
	return nil
}

// ApplyToResourcePool appends to spec.quota.scopes.
func (q QuotaScopes) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	pool.Spec.Quota.Scopes = append(pool.Spec.Quota.Scopes, q...)
	return nil
}

// ApplyToRule appends to the scopes of the rule's quotas.
func (q QuotaScopes) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	quotas := body(rule).Quota
	for i := range quotas {
		quotas[i].Scopes = append(quotas[i].Scopes, q...)
	}
}

// QuotaScopeSelector limits what a quota counts by scopes that take values, such
// as PriorityClass.
type QuotaScopeSelector corev1.ScopeSelector

// ApplyToGlobalResourceQuota sets spec.quota.scopeSelector.
func (q QuotaScopeSelector) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	selector := corev1.ScopeSelector(q)
	quota.Spec.Quota.ScopeSelector = selector.DeepCopy()
	return nil
}

// ApplyToResourcePool sets spec.quota.scopeSelector.
func (q QuotaScopeSelector) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	selector := corev1.ScopeSelector(q)
	pool.Spec.Quota.ScopeSelector = selector.DeepCopy()
	return nil
}

// ApplyToRule sets the scopeSelector of the rule's quotas.
func (q QuotaScopeSelector) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	quotas, selector := body(rule).Quota, corev1.ScopeSelector(q)
	for i := range quotas {
		quotas[i].ScopeSelector = selector.DeepCopy()
	}
}

func validateGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(quota)
	if len(quota.Spec.NamespaceSelectors) == 0 {
		errs = append(errs, field.Required(spec.Child("namespaceSelectors"), "a quota without a selector counts no namespace"))
	}
	errs = append(errs, validateNamespaceSelectors(spec.Child("namespaceSelectors"), quota.Spec.NamespaceSelectors)...)
	return append(errs, validateResourceQuota(spec.Child("quota"), quota.Spec.Quota)...)
}
