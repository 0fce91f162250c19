package tenant

import (
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// tenantObject makes Capsule's Tenant, with its owners and the part of the spec's
// isolation and quota that the Tenant itself carries.
func tenantObject(id identity, spec Spec) (*capsulev1beta2.Tenant, error) {
	tenant := capsulev1beta2.TenantSpec{
		Permissions: capsulev1beta2.Permissions{MatchOwners: []*metav1.LabelSelector{
			{MatchLabels: map[string]string{names.OwnerLabel: id.tenant}},
		}},
		ForceTenantPrefix: spec.ForceTenantPrefix,
		Cordoned:          spec.Cordoned || spec.Quarantine,
		PreventDeletion:   spec.PreventDeletion,
		Rules:             tenantRules(spec),
		NodeSelector:      spec.Isolation.NodeSelector,

		AdditionalRoleBindings: spec.AdditionalRoleBindings,
		NamespaceOptions:       namespaceOptions(spec),
	}
	isolate(&tenant, id, spec.Isolation)
	return capsule.Tenant(id.meta("", id.tenant), tenant, id.allowances()...)
}

func namespaceOptions(spec Spec) *capsulev1beta2.NamespaceOptions {
	if spec.Quota.Namespaces <= 0 && len(spec.NamespaceMetadata) == 0 {
		return nil
	}
	//nolint:staticcheck // deprecated in Capsule, still in use
	options := &capsulev1beta2.NamespaceOptions{AdditionalMetadataList: spec.NamespaceMetadata}
	if most := spec.Quota.Namespaces; most > 0 {
		options.Quota = &most
	}
	return options
}

// isolate sets the fields of the isolation that are not rules.
func isolate(tenant *capsulev1beta2.TenantSpec, id identity, i Isolation) {
	if policy := i.Network.policy(id.tenant); policy != nil {
		// Not replicated, unlike the LimitRange and the ResourceQuota, which the role admin
		// can only read: it can write NetworkPolicies, and Capsule 0.14 lets a tenant
		// delete replicated objects by deleting all of a kind, and change them for up to a
		// minute after the namespace was made.
		//nolint:staticcheck // the network policies of a Tenant are protected at all times
		tenant.NetworkPolicies = api.NetworkPolicySpec{Items: []networkingv1.NetworkPolicySpec{*policy}}
	}
	if len(i.ServiceTypes) > 0 {
		//nolint:staticcheck // Capsule 0.14 has no rule for external IPs
		tenant.ServiceOptions = &api.ServiceOptions{ExternalServiceIPs: &api.ExternalServiceIPsSpec{Allowed: []api.AllowedIP{}}}
	}
	tenant.IngressOptions = capsulev1beta2.IngressOptions{
		AllowWildcardHostnames: slices.ContainsFunc(i.Hostnames, wildcard),
		AllowedClasses:         i.IngressClasses.list(),
	}
	tenant.GatewayOptions = capsulev1beta2.GatewayOptions{AllowedClasses: i.GatewayClasses.list()}
	tenant.StorageClasses = i.StorageClasses.list()
	tenant.PriorityClasses = i.PriorityClasses.list()
	tenant.RuntimeClasses = i.RuntimeClasses.list()
}

func (c *Classes) list() *api.DefaultAllowedListSpec {
	if c == nil {
		return nil
	}
	classes := capsule.Classes(c.Allowed...)
	classes.LabelSelector, classes.Default = c.Selector, c.Default
	return classes
}

func tenantRules(spec Spec) []*rules.NamespaceRuleBodyTenant {
	var list []*rules.NamespaceRuleBodyTenant
	if len(spec.Quota.Hard) > 0 {
		list = append(list, capsule.Quota(names.TenantQuota, corev1.ResourceQuotaSpec{Hard: spec.Quota.Hard}))
	}
	if allowed, any := spec.Isolation.allowed(); any {
		list = append(list, capsule.Allow(allowed))
	}
	return append(list, spec.Rules...)
}
