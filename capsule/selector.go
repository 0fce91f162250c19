package capsule

import (
	"slices"

	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// MembershipLabel is the label that Capsule sets on the namespaces of a tenant,
// with the tenant's name. Capsule refuses a namespace that carries it without
// being one of the tenant's. Use it to select namespaces, as [TenantNamespaces]
// does.
const MembershipLabel = names.MemberLabel

// nameLabel is on every namespace, set by the API server, and on every Tenant,
// set by Capsule's webhook.
const nameLabel = "kubernetes.io/metadata.name"

// TenantNamespaces selects the namespaces of the tenants, for the
// namespaceSelectors of a quota and the selectors of a [ResourcePool].
func TenantNamespaces(tenants ...string) selectors.NamespaceSelector {
	return selectors.NamespaceSelector{LabelSelector: &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: MembershipLabel, Operator: metav1.LabelSelectorOpIn, Values: slices.Clone(tenants)},
		},
	}}
}

// EveryNamespace selects all namespaces of the cluster, including those of no
// tenant. An empty selector, which Capsule documents for it, is read as none.
func EveryNamespace() selectors.NamespaceSelector {
	return selectors.NamespaceSelector{LabelSelector: &metav1.LabelSelector{
		MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: nameLabel, Operator: metav1.LabelSelectorOpExists},
		},
	}}
}

// TenantNamed selects one tenant by its name, which Capsule sets as a label, for
// spec.tenantSelector of a [GlobalTenantResource].
func TenantNamed(name string) metav1.LabelSelector {
	return metav1.LabelSelector{MatchLabels: map[string]string{nameLabel: name}}
}

func validateNamespaceSelectors(path *field.Path, list []selectors.NamespaceSelector) field.ErrorList {
	var errs field.ErrorList
	for i, selector := range list {
		if empty(selector.LabelSelector) {
			errs = append(errs, field.Required(path.Index(i), "Capsule reads an empty selector as none at all; EveryNamespace selects all namespaces"))
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
