package capsule

import (
	"fmt"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateRules follows pkg/ruleengine in Capsule, which stops at the first
// fault and whose paths start at rules.
func validateRules(path *field.Path, tenant string, list []*rules.NamespaceRuleBodyTenant, allow allowances) field.ErrorList {
	var errs field.ErrorList
	quotas := map[string]bool{}
	for i, rule := range list {
		at := path.Index(i)
		if rule == nil {
			errs = append(errs, field.Required(at, ""))
			continue
		}
		errs = append(errs, validateRule(at, rule, allow)...)
		if rule.NamespaceRuleBodyNamespace == nil {
			continue
		}
		for j, quota := range rule.Quota {
			name := at.Child("quota").Index(j).Child("name")
			if quotas[quota.Name] {
				errs = append(errs, field.Duplicate(name, quota.Name))
			}
			quotas[quota.Name] = true
			errs = append(errs, validateQuotaName(name, tenant, quota.Name)...)
		}
	}
	return errs
}

func validateRule(path *field.Path, rule *rules.NamespaceRuleBodyTenant, allow allowances) field.ErrorList {
	var errs field.ErrorList
	if rule.NamespaceSelector != nil && empty(rule.NamespaceSelector) {
		errs = append(errs, field.Required(path.Child("namespaceSelector"), "an empty selector selects every namespace of the tenant: leave it out"))
	}
	errs = append(errs, validateSelector(path.Child("namespaceSelector"), rule.NamespaceSelector)...)
	errs = append(errs, validateRulePermissions(path.Child("permissions"), rule.Permissions, allow)...)
	if rule.NamespaceRuleBodyNamespace == nil {
		return errs
	}
	for i, audience := range rule.Audience {
		errs = append(errs, validateAudience(path.Child("audience").Index(i), audience)...)
	}
	for i, quota := range rule.Quota {
		errs = append(errs, validateRuleQuota(path.Child("quota").Index(i), quota)...)
	}
	if rule.Enforce != nil {
		errs = append(errs, validateEnforce(path.Child("enforce"), rule.Enforce)...)
	}
	return errs
}

func validateRulePermissions(path *field.Path, permissions rules.NamespaceRulePermissionBody, allow allowances) field.ErrorList {
	var errs field.ErrorList
	for i, binding := range permissions.Bindings {
		errs = append(errs, validateRoleBinding(path.Child("bindings").Index(i), binding, allow)...)
	}
	for i, promotion := range permissions.Promotions {
		at := path.Child("promotions").Index(i)
		if promotion == nil || len(promotion.ClusterRoles) == 0 {
			errs = append(errs, field.Required(at.Child("clusterRoles"), ""))
			continue
		}
		errs = append(errs, validateClusterRoles(at.Child("clusterRoles"), promotion.ClusterRoles, allow)...)
		errs = append(errs, validateSelector(at.Child("selector"), promotion.Selector)...)
	}
	return errs
}

func validateAudience(path *field.Path, audience rules.Audience) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), audience.Kind,
		rules.AudienceKindUser, rules.AudienceKindGroup, rules.AudienceKindServiceAccount, rules.AudienceKindCustom)
	name := path.Child("name")
	if strings.TrimSpace(audience.Name) == "" {
		return append(errs, field.Required(name, ""))
	}
	switch audience.Kind {
	case rules.AudienceKindCustom:
		errs = append(errs, validate.Enum(name, rules.CustomAudience(audience.Name),
			rules.CustomAudienceCapsuleUser, rules.CustomAudienceAdministrator,
			rules.CustomAudienceTenantOwner, rules.CustomAudienceController)...)
	case rules.AudienceKindServiceAccount:
		errs = append(errs, subject.ValidateAccount(name, audience.Name)...)
	}
	return errs
}

func validateRuleQuota(path *field.Path, rule rules.ResourceQuotaRule) field.ErrorList {
	errs := validate.Label(path.Child("name"), rule.Name)
	return append(errs, quota.Validate(path, rule.ResourceQuotaSpec)...)
}

func validateEnforce(path *field.Path, enforce *rules.NamespaceRuleEnforceBody) field.ErrorList {
	errs := validate.Enum(path.Child("action"), enforce.Action, rules.ActionTypeAllow, rules.ActionTypeDeny, rules.ActionTypeAudit)
	errs = append(errs, validateWorkloads(path.Child("workloads"), enforce.Workloads)...)
	errs = append(errs, validateServices(path.Child("services"), enforce.Services)...)
	errs = append(errs, validateIngress(path.Child("ingress"), enforce.Ingress)...)
	for i, rule := range enforce.Metadata {
		errs = append(errs, validateMetadataRule(path.Child("metadata").Index(i), rule)...)
	}
	return errs
}

// validateQuotaName checks the name of the GlobalResourceQuota that Capsule makes
// of a quota, which becomes the value of a label.
func validateQuotaName(path *field.Path, tenant, name string) field.ErrorList {
	if len(tenant)+len("-")+len(name) <= validation.LabelValueMaxLength || len(name) > validation.DNS1123LabelMaxLength {
		return nil
	}
	return field.ErrorList{field.Invalid(path, name, fmt.Sprintf(
		"must be no more than %d characters: %s-%s becomes the value of a label", max(0, validation.LabelValueMaxLength-len(tenant)-1), tenant, name))}
}
