package capsule

import (
	"maps"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

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
	var errs field.ErrorList
	for _, msg := range validation.IsQualifiedName(string(name)) {
		errs = append(errs, field.Invalid(path, string(name), msg))
	}
	if pod && len(errs) == 0 && name != corev1.ResourceCPU && name != corev1.ResourceMemory && !strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix) {
		errs = append(errs, field.Invalid(path, string(name), "is not supported by pod-level resources: leave the target pod out"))
	}
	return errs
}
