package capsule

import (
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateRules follows pkg/ruleengine in Capsule, which stops at the first
// fault and whose paths start at rules.
func validateRules(path *field.Path, list []*rules.NamespaceRuleBodyTenant) field.ErrorList {
	var errs field.ErrorList
	quotas := map[string]bool{}
	for i, rule := range list {
		at := path.Index(i)
		if rule == nil {
			errs = append(errs, field.Required(at, ""))
			continue
		}
		errs = append(errs, validateRule(at, rule)...)
		if rule.NamespaceRuleBodyNamespace == nil {
			continue
		}
		for j, quota := range rule.Quota {
			if quotas[quota.Name] {
				errs = append(errs, field.Duplicate(at.Child("quota").Index(j).Child("name"), quota.Name))
			}
			quotas[quota.Name] = true
		}
	}
	return errs
}

func validateRule(path *field.Path, rule *rules.NamespaceRuleBodyTenant) field.ErrorList {
	var errs field.ErrorList
	if rule.NamespaceSelector != nil && empty(rule.NamespaceSelector) {
		errs = append(errs, field.Required(path.Child("namespaceSelector"), "an empty selector selects every namespace of the tenant: leave it out"))
	}
	errs = append(errs, validateSelector(path.Child("namespaceSelector"), rule.NamespaceSelector)...)
	errs = append(errs, validateRulePermissions(path.Child("permissions"), rule.Permissions)...)
	if rule.NamespaceRuleBodyNamespace == nil {
		return errs
	}
	for i, subject := range rule.Audience {
		errs = append(errs, validateAudience(path.Child("audience").Index(i), subject)...)
	}
	for i, quota := range rule.Quota {
		errs = append(errs, validateRuleQuota(path.Child("quota").Index(i), quota)...)
	}
	if rule.Enforce != nil {
		errs = append(errs, validateEnforce(path.Child("enforce"), rule.Enforce)...)
	}
	return errs
}

func validateRulePermissions(path *field.Path, permissions rules.NamespaceRulePermissionBody) field.ErrorList {
	var errs field.ErrorList
	for i, binding := range permissions.Bindings {
		errs = append(errs, validateRoleBinding(path.Child("bindings").Index(i), binding)...)
	}
	for i, promotion := range permissions.Promotions {
		at := path.Child("promotions").Index(i)
		if promotion == nil || len(promotion.ClusterRoles) == 0 {
			errs = append(errs, field.Required(at.Child("clusterRoles"), ""))
			continue
		}
		for j, role := range promotion.ClusterRoles {
			errs = append(errs, validate.RoleName(at.Child("clusterRoles").Index(j), role)...)
		}
		errs = append(errs, validateSelector(at.Child("selector"), promotion.Selector)...)
	}
	return errs
}

func validateAudience(path *field.Path, subject rules.Audience) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), subject.Kind,
		rules.AudienceKindUser, rules.AudienceKindGroup, rules.AudienceKindServiceAccount, rules.AudienceKindCustom)
	name := path.Child("name")
	if strings.TrimSpace(subject.Name) == "" {
		return append(errs, field.Required(name, ""))
	}
	switch subject.Kind {
	case rules.AudienceKindCustom:
		errs = append(errs, validate.Enum(name, rules.CustomAudience(subject.Name),
			rules.CustomAudienceCapsuleUser, rules.CustomAudienceAdministrator,
			rules.CustomAudienceTenantOwner, rules.CustomAudienceController)...)
	case rules.AudienceKindServiceAccount:
		errs = append(errs, validateServiceAccountName(name, subject.Name)...)
	}
	return errs
}

func validateRuleQuota(path *field.Path, quota rules.ResourceQuotaRule) field.ErrorList {
	errs := validate.Label(path.Child("name"), quota.Name)
	return append(errs, validateResourceQuota(path, quota.ResourceQuotaSpec)...)
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

func validateWorkloads(path *field.Path, workloads rules.NamespaceRuleEnforceWorkloadsBody) field.ErrorList {
	var errs field.ErrorList
	for i, target := range workloads.Targets {
		errs = append(errs, validate.RequiredEnum(path.Child("targets").Index(i), target, rules.ValidatePod, rules.ValidateContainers,
			rules.ValidateInitContainers, rules.ValidateEphemeralContainers, rules.ValidateVolumes)...)
	}
	for i, class := range workloads.QoSClasses {
		errs = append(errs, validate.RequiredEnum(path.Child("qosClasses").Index(i), class,
			corev1.PodQOSGuaranteed, corev1.PodQOSBurstable, corev1.PodQOSBestEffort)...)
	}
	for i, registry := range workloads.Registries {
		at := path.Child("registries").Index(i)
		errs = append(errs, validateExpression(at, registry.ExpressionMatch)...)
		for j, policy := range registry.Policy {
			errs = append(errs, validate.RequiredEnum(at.Child("policy").Index(j), policy,
				corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)...)
		}
	}
	errs = append(errs, validateExpressions(path.Child("schedulers"), workloads.Schedulers)...)
	if workloads.Resources != nil {
		errs = append(errs, validateResourcePolicies(path, workloads.Resources, workloads.Targets)...)
	}
	return errs
}

func validateResourcePolicies(workloads *field.Path, policies *rules.WorkloadResourceRules, targets []rules.WorkloadValidationTarget) field.ErrorList {
	path := workloads.Child("resources")
	if len(policies.Requests)+len(policies.Limits) == 0 {
		return field.ErrorList{field.Required(path, "at least one of requests or limits must be set")}
	}
	var errs field.ErrorList
	for i, target := range targets {
		if target == rules.ValidateEphemeralContainers || target == rules.ValidateVolumes {
			errs = append(errs, field.Invalid(workloads.Child("targets").Index(i), target, "has no resources"))
		}
	}
	pod := slices.Contains(targets, rules.ValidatePod)
	for _, name := range slices.Sorted(maps.Keys(policies.Requests)) {
		at, policy := path.Child("requests").Key(string(name)), policies.Requests[name]
		errs = append(errs, validatePolicyResource(at, name, pod)...)
		errs = append(errs, validate.RequiredEnum(at.Child("policy"), policy.Policy, rules.WorkloadResourceRequestPolicyPreserve,
			rules.WorkloadResourceRequestPolicyDefault, rules.WorkloadResourceRequestPolicyRemove)...)
		errs = append(errs, validatePolicyValue(at.Child("value"), policy.Value, policy.Policy == rules.WorkloadResourceRequestPolicyDefault)...)
	}
	for _, name := range slices.Sorted(maps.Keys(policies.Limits)) {
		at, policy := path.Child("limits").Key(string(name)), policies.Limits[name]
		errs = append(errs, validatePolicyResource(at, name, pod)...)
		errs = append(errs, validateLimitPolicy(at, name, policy)...)
		removed := policies.Requests[name].Policy == rules.WorkloadResourceRequestPolicyRemove
		if removed && (policy.Policy == rules.WorkloadResourceLimitPolicyMatchRequest || policy.Policy == rules.WorkloadResourceLimitPolicyRatio) {
			errs = append(errs, field.Invalid(at.Child("policy"), policy.Policy, "needs the request that the request policy removes"))
		}
	}
	return errs
}

func validateLimitPolicy(path *field.Path, name corev1.ResourceName, policy rules.WorkloadResourceLimitPolicy) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("policy"), policy.Policy, rules.WorkloadResourceLimitPolicyPreserve,
		rules.WorkloadResourceLimitPolicyDefault, rules.WorkloadResourceLimitPolicyRemove,
		rules.WorkloadResourceLimitPolicyMatchRequest, rules.WorkloadResourceLimitPolicyRatio)
	ratio := policy.Policy == rules.WorkloadResourceLimitPolicyRatio
	errs = append(errs, validatePolicyValue(path.Child("value"), policy.Value, ratio || policy.Policy == rules.WorkloadResourceLimitPolicyDefault)...)
	if !ratio {
		return errs
	}
	if name != corev1.ResourceCPU && name != corev1.ResourceMemory && name != corev1.ResourceEphemeralStorage {
		errs = append(errs, field.Invalid(path.Child("policy"), policy.Policy, "is only for cpu, memory and ephemeral-storage"))
	}
	if policy.Value != nil && policy.Value.Sign() >= 0 && policy.Value.Cmp(resource.MustParse("1")) < 0 {
		errs = append(errs, field.Invalid(path.Child("value"), policy.Value.String(), "must be greater than or equal to 1"))
	}
	return errs
}

func validatePolicyValue(path *field.Path, value *resource.Quantity, wanted bool) field.ErrorList {
	switch {
	case wanted && value == nil:
		return field.ErrorList{field.Required(path, "")}
	case !wanted && value != nil:
		return field.ErrorList{field.Forbidden(path, "only the policies Default and, for limits, Ratio have a value")}
	case value != nil && value.Sign() < 0:
		return field.ErrorList{field.Invalid(path, value.String(), "must not be negative")}
	}
	return nil
}

func validatePolicyResource(path *field.Path, name corev1.ResourceName, pod bool) field.ErrorList {
	errs := validateResourceName(path, name)
	if pod && len(errs) == 0 && name != corev1.ResourceCPU && name != corev1.ResourceMemory && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix) {
		errs = append(errs, field.Invalid(path, string(name), "is not supported by pod-level resources: leave the target pod out"))
	}
	return errs
}

func validateServices(path *field.Path, services rules.NamespaceRuleEnforceServicesBody) field.ErrorList {
	var errs field.ErrorList
	for i, kind := range services.Types {
		errs = append(errs, validate.RequiredEnum(path.Child("types").Index(i), kind, rules.ServiceTypeClusterIP,
			rules.ServiceTypeNodePort, rules.ServiceTypeLoadBalancer, rules.ServiceTypeExternalName)...)
	}
	if services.LoadBalancers != nil {
		for i, cidr := range services.LoadBalancers.CIDRs {
			errs = append(errs, validateCIDR(path.Child("loadBalancers", "cidrs").Index(i), cidr)...)
		}
	}
	if services.ExternalNames != nil {
		errs = append(errs, validateExpressions(path.Child("externalNames", "hostnames"), services.ExternalNames.Hostnames)...)
	}
	if services.NodePorts != nil {
		for i, ports := range services.NodePorts.Ports {
			errs = append(errs, validatePorts(path.Child("nodePorts", "ports").Index(i), ports)...)
		}
	}
	return errs
}

// validateCIDR takes an address for the range that holds just it, as Capsule
// does.
func validateCIDR(path *field.Path, value string) field.ErrorList {
	if net.ParseIP(value) != nil {
		return nil
	}
	if _, _, err := net.ParseCIDR(value); err != nil {
		return field.ErrorList{field.Invalid(path, value, "must be an IP address or a range such as 10.0.0.0/8")}
	}
	return nil
}

func validatePorts(path *field.Path, ports rules.ServiceNodePortRange) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range validation.IsValidPortNum(int(ports.From)) {
		errs = append(errs, field.Invalid(path.Child("from"), ports.From, msg))
	}
	for _, msg := range validation.IsValidPortNum(int(ports.To)) {
		errs = append(errs, field.Invalid(path.Child("to"), ports.To, msg))
	}
	if len(errs) == 0 && ports.From > ports.To {
		errs = append(errs, field.Invalid(path.Child("to"), ports.To, fmt.Sprintf("must be greater than or equal to from, %d", ports.From)))
	}
	return errs
}

func validateIngress(path *field.Path, ingress rules.NamespaceRuleEnforceIngressBody) field.ErrorList {
	var errs field.ErrorList
	if len(ingress.Types) == 0 && len(ingress.Hostnames) > 0 {
		errs = append(errs, field.Required(path.Child("types"), "hostnames must say which kinds they are for"))
	}
	if len(ingress.Types) > 0 && len(ingress.Hostnames) == 0 {
		errs = append(errs, field.Required(path.Child("hostnames"), "types go with hostnames"))
	}
	for i, kind := range ingress.Types {
		errs = append(errs, validate.RequiredEnum(path.Child("types").Index(i), kind, rules.IngressTypeIngress, rules.IngressTypeRoute,
			rules.IngressTypeListenerSet, rules.IngressTypeHTTPRoute, rules.IngressTypeGateway,
			rules.IngressTypeTLSRoute, rules.IngressTypeGRPCRoute)...)
	}
	return append(errs, validateExpressions(path.Child("hostnames"), ingress.Hostnames)...)
}

func validateMetadataRule(path *field.Path, rule rules.MetadataRule) field.ErrorList {
	var errs field.ErrorList
	if len(rule.Kinds) == 0 {
		errs = append(errs, field.Required(path.Child("kinds"), ""))
	}
	for i, kind := range rule.Kinds {
		errs = append(errs, validate.Required(path.Child("kinds").Index(i), strings.TrimSpace(kind))...)
		if kind != "Namespace" && clusterScopedIn(rule.NormalizedAPIGroups(), kind) {
			errs = append(errs, field.Invalid(path.Child("kinds").Index(i), kind, "is for the whole cluster"))
		}
	}
	if len(rule.Labels)+len(rule.Annotations) == 0 {
		errs = append(errs, field.Required(path, "at least one of labels or annotations must be set"))
	}
	wildcard := rule.HasWildcard()
	errs = append(errs, validateMetadataValues(path.Child("labels"), rule.Labels, wildcard, validation.IsValidLabelValue)...)
	return append(errs, validateMetadataValues(path.Child("annotations"), rule.Annotations, wildcard, nil)...)
}

func validateMetadataValues(path *field.Path, values map[string]rules.MetadataValueRule, wildcard bool, check func(string) []string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(values)) {
		at, rule := path.Key(key), values[key]
		set := rule.Default != nil || rule.Managed != nil
		errs = append(errs, validateMetadataKey(at, key, set)...)
		errs = append(errs, validateExpressions(at.Child("values"), rule.Values)...)
		if rule.Managed != nil && wildcard {
			errs = append(errs, field.Forbidden(at.Child("managed"), "needs apiGroups and kinds without wildcards"))
		}
		if check != nil {
			errs = append(errs, validateSetValue(at.Child("default"), rule.Default, check)...)
			errs = append(errs, validateSetValue(at.Child("managed"), rule.Managed, check)...)
		}
	}
	return errs
}

func validateSetValue(path *field.Path, value *string, check func(string) []string) field.ErrorList {
	if value == nil {
		return nil
	}
	var errs field.ErrorList
	for _, msg := range check(*value) {
		errs = append(errs, field.Invalid(path, *value, msg))
	}
	return errs
}

// metadataExpression are the characters by which Capsule tells an expression
// for keys from a key.
const metadataExpression = `*[](){}+?|^$\`

func validateMetadataKey(path *field.Path, key string, set bool) field.ErrorList {
	if set || !strings.ContainsAny(key, metadataExpression) {
		var errs field.ErrorList
		for _, msg := range validation.IsQualifiedName(key) {
			errs = append(errs, field.Invalid(path, key, msg))
		}
		return errs
	}
	if _, err := regexp.Compile(rules.MetadataKeyExpression(key).Expression); err != nil {
		return field.ErrorList{field.Invalid(path, key, err.Error())}
	}
	return nil
}
