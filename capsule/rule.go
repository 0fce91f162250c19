package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
)

// Allow makes a rule of a [Tenant] that permits what enforce matches. As soon as
// one rule allows some values of a field, all others are refused, unless another
// rule that also matches comes later: the last match decides.
//
// The rule is for all namespaces of the tenant; set NamespaceSelector to limit it to
// some namespaces, Audience to limit it to the requests of some subjects. Capsule
// says that the API of rules is not final. See
// https://projectcapsule.dev/docs/tenants/rules/
func Allow(enforce rules.NamespaceRuleEnforceBody) *rules.NamespaceRuleBodyTenant {
	return enforcement(rules.ActionTypeAllow, enforce)
}

// Deny makes a rule of a [Tenant] that refuses only what enforce matches. See
// [Allow].
func Deny(enforce rules.NamespaceRuleEnforceBody) *rules.NamespaceRuleBodyTenant {
	return enforcement(rules.ActionTypeDeny, enforce)
}

// Audit makes a rule of a [Tenant] that permits what enforce matches, and notes
// it in an event. See [Allow].
func Audit(enforce rules.NamespaceRuleEnforceBody) *rules.NamespaceRuleBodyTenant {
	return enforcement(rules.ActionTypeAudit, enforce)
}

func enforcement(action rules.ActionType, enforce rules.NamespaceRuleEnforceBody) *rules.NamespaceRuleBodyTenant {
	body := enforce.DeepCopy()
	body.Action = action
	return &rules.NamespaceRuleBodyTenant{NamespaceRuleBodyNamespace: &rules.NamespaceRuleBodyNamespace{Enforce: body}}
}

// Quota makes a rule of a [Tenant] that limits what its namespaces use together.
// Capsule makes a [GlobalResourceQuota] of it, named <tenant>-<name>: together at
// most 63 characters. The name is unique among the tenant's rules.
func Quota(name string, quota corev1.ResourceQuotaSpec) *rules.NamespaceRuleBodyTenant {
	return &rules.NamespaceRuleBodyTenant{NamespaceRuleBodyNamespace: &rules.NamespaceRuleBodyNamespace{
		Quota: []rules.ResourceQuotaRule{{Name: name, ResourceQuotaSpec: *quota.DeepCopy()}},
	}}
}

// Registry matches images, for workloads.registries of a rule. An image is
// matched as the pod writes it: nginx, not docker.io/library/nginx. Anchor an
// expression with ^, or it also matches the paths of other registries. Without a
// pull policy any is permitted; with one, a container that states none is
// refused.
func Registry(images capsuleruntime.ExpressionMatch, policies ...corev1.PullPolicy) rules.OCIRegistry {
	return rules.OCIRegistry{ExpressionMatch: images, Policy: policies}
}
