package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// MembershipLabel is the label that Capsule sets on the namespaces of a tenant,
// with the tenant's name. It is Capsule's: a namespace that carries it without
// being a member is refused. Use it to select namespaces, as
// [TenantNamespaces] does.
const MembershipLabel = "capsule.clastix.io/tenant"

// nameLabel is on every namespace, set by the API server, and on every Tenant,
// set by Capsule's webhook.
const nameLabel = "kubernetes.io/metadata.name"

// Namespaces selects namespaces by their labels. Given more than once to a
// [ResourcePool] or a quota, one match is enough.
//
// An empty selector is refused. On the wire it is {}, which Capsule reads as
// no selector at all, while its documentation says that it matches everything;
// say [EveryNamespace] for that.
type Namespaces metav1.LabelSelector

// TenantNamespaces selects the namespaces of the tenants.
func TenantNamespaces(tenants ...string) Namespaces {
	return Namespaces{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: MembershipLabel, Operator: metav1.LabelSelectorOpIn, Values: tenants},
	}}
}

// EveryNamespace selects all namespaces of the cluster, those of no tenant
// included.
func EveryNamespace() Namespaces {
	return Namespaces{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: nameLabel, Operator: metav1.LabelSelectorOpExists},
	}}
}

// ApplyToRule sets namespaceSelector. It narrows the rule to some of the
// tenant's namespaces; it never reaches those of others.
func (n Namespaces) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	rule.NamespaceSelector = n.selector()
}

// ApplyToResourcePool appends to spec.selectors.
func (n Namespaces) ApplyToResourcePool(pool *capsulev1beta2.ResourcePool) error {
	pool.Spec.Selectors = append(pool.Spec.Selectors, selectors.NamespaceSelector{LabelSelector: n.selector()})
	return nil
}

// ApplyToGlobalCustomQuota appends to spec.namespaceSelectors.
func (n Namespaces) ApplyToGlobalCustomQuota(quota *capsulev1beta2.GlobalCustomQuota) error {
	quota.Spec.NamespaceSelectors = append(quota.Spec.NamespaceSelectors, selectors.NamespaceSelector{LabelSelector: n.selector()})
	return nil
}

// ApplyToGlobalResourceQuota appends to spec.namespaceSelectors.
func (n Namespaces) ApplyToGlobalResourceQuota(quota *capsulev1beta2.GlobalResourceQuota) error {
	quota.Spec.NamespaceSelectors = append(quota.Spec.NamespaceSelectors, selectors.NamespaceSelector{LabelSelector: n.selector()})
	return nil
}

func (n Namespaces) selector() *metav1.LabelSelector { return (*metav1.LabelSelector)(&n).DeepCopy() }

func validateNamespaceSelectors(path *field.Path, list []selectors.NamespaceSelector) field.ErrorList {
	var errs field.ErrorList
	for i, selector := range list {
		if empty(selector.LabelSelector) {
			errs = append(errs, field.Required(path.Index(i), "Capsule reads an empty selector as none at all; say EveryNamespace for all namespaces"))
			continue
		}
		errs = append(errs, validateSelector(path.Index(i), selector.LabelSelector)...)
	}
	return errs
}

// validateSelector checks a selector that may be nil.
func validateSelector(path *field.Path, selector *metav1.LabelSelector) field.ErrorList {
	return metav1validation.ValidateLabelSelector(selector, metav1validation.LabelSelectorValidationOptions{}, path)
}

func empty(selector *metav1.LabelSelector) bool {
	return selector == nil || len(selector.MatchLabels)+len(selector.MatchExpressions) == 0
}
