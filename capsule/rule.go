package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Rule is one rule of a tenant, for all its namespaces or, with [Namespaces],
// for some. [Allow], [Deny], [Audit], [Quota] and [Grant] make one. Capsule says
// of the API that it is not final.
//
// See https://projectcapsule.dev/docs/tenants/rules/
type Rule rules.NamespaceRuleBodyTenant

// A RuleOption sets something on a [Rule].
type RuleOption interface {
	ApplyToRule(*rules.NamespaceRuleBodyTenant)
}

// Allow makes a rule of what is permitted. As soon as one rule allows some
// values of a field, all others are refused, unless another rule that also
// matches comes later: the last match decides.
func Allow(opts ...RuleOption) Rule { return enforcement(rules.ActionTypeAllow, opts) }

// Deny makes a rule of what is refused. It says nothing about the rest.
func Deny(opts ...RuleOption) Rule { return enforcement(rules.ActionTypeDeny, opts) }

// Audit makes a rule of what is let pass, and noted in an event.
func Audit(opts ...RuleOption) Rule { return enforcement(rules.ActionTypeAudit, opts) }

func enforcement(action rules.ActionType, opts []RuleOption) Rule {
	var rule rules.NamespaceRuleBodyTenant
	enforce(&rule).Action = action
	return with(rule, opts)
}

// Quota makes a rule of what the selected namespaces may use together. Capsule
// makes a [GlobalResourceQuota] of it, under the tenant's name, a dash and this
// one, which is unique among the tenant's rules.
func Quota(name string, hard corev1.ResourceList, opts ...RuleOption) Rule {
	var rule rules.NamespaceRuleBodyTenant
	body(&rule).Quota = []rules.ResourceQuotaRule{{Name: name, ResourceQuotaSpec: corev1.ResourceQuotaSpec{Hard: hard}}}
	return with(rule, opts)
}

// Grant makes a rule of permissions: [AdditionalRoleBinding], [Promotion].
func Grant(opts ...RuleOption) Rule { return with(rules.NamespaceRuleBodyTenant{}, opts) }

func with(rule rules.NamespaceRuleBodyTenant, opts []RuleOption) Rule {
	for _, opt := range opts {
		if opt != nil {
			opt.ApplyToRule(&rule)
		}
	}
	return Rule(*rule.DeepCopy())
}

// ApplyToTenant appends to spec.rules.
func (r Rule) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	return Rules{rules.NamespaceRuleBodyTenant(r)}.ApplyToTenant(tenant)
}

// Rules adds rules as Capsule's own type, for whatever [Rule] has no option for.
type Rules []rules.NamespaceRuleBodyTenant

// ApplyToTenant appends to spec.rules.
func (r Rules) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	var err error
	for i := range r {
		path := field.NewPath("spec", "rules").Index(len(tenant.Spec.Rules))
		tenant.Spec.Rules = append(tenant.Spec.Rules, r[i].DeepCopy())
		if err == nil {
			err = refuseClusterAdmin(path, r[i].Permissions)
		}
	}
	return err
}

func refuseClusterAdmin(path *field.Path, permissions rules.NamespaceRulePermissionBody) error {
	for i, binding := range permissions.Bindings {
		if binding.ClusterRoleName == clusterAdmin {
			return forbiddenBinding(path.Child("permissions", "bindings").Index(i).Child("clusterRoleName"))
		}
	}
	for i, promotion := range permissions.Promotions {
		if promotion == nil {
			continue
		}
		for j, role := range promotion.ClusterRoles {
			if role == clusterAdmin {
				return forbiddenBinding(path.Child("permissions", "promotions").Index(i).Child("clusterRoles").Index(j))
			}
		}
	}
	return nil
}

// Audience limits a rule's enforcement to requests of some. A quota counts
// whoever asks.
type Audience []rules.Audience

// ApplyToRule appends to audience.
func (a Audience) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	body(rule).Audience = append(body(rule).Audience, a...)
}

// Promotion gives ClusterRoles, in the rule's namespaces, to the ServiceAccounts
// that an owner promotes with the label projectcapsule.dev/promote. Without a
// selector that is all of them.
type Promotion rules.NamespaceRulePromotionRule

// ApplyToRule appends to permissions.promotions.
func (p Promotion) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	promotion := rules.NamespaceRulePromotionRule(p)
	rule.Permissions.Promotions = append(rule.Permissions.Promotions, promotion.DeepCopy())
}

// ApplyToRule appends to permissions.bindings.
func (a AdditionalRoleBinding) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	binding := rbac.AdditionalRoleBindingsSpec(a)
	rule.Permissions.Bindings = append(rule.Permissions.Bindings, *binding.DeepCopy())
}

func body(rule *rules.NamespaceRuleBodyTenant) *rules.NamespaceRuleBodyNamespace {
	if rule.NamespaceRuleBodyNamespace == nil {
		rule.NamespaceRuleBodyNamespace = &rules.NamespaceRuleBodyNamespace{}
	}
	return rule.NamespaceRuleBodyNamespace
}

func enforce(rule *rules.NamespaceRuleBodyTenant) *rules.NamespaceRuleEnforceBody {
	if body(rule).Enforce == nil {
		body(rule).Enforce = &rules.NamespaceRuleEnforceBody{}
	}
	return body(rule).Enforce
}
