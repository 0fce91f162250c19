package capsule

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	"github.com/projectcapsule/capsule/pkg/template"
	corev1 "k8s.io/api/core/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/quota"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateDeprecated(spec *field.Path, tenant *capsulev1beta2.TenantSpec, allow allowances) field.ErrorList {
	errs := validateAllowedRegexps(spec, tenant)
	for i, owner := range tenant.Owners {
		errs = append(errs, validateOwner(spec.Child("owners").Index(i), owner, allow)...)
	}
	for i, policy := range tenant.ImagePullPolicies {
		errs = append(errs, validate.RequiredEnum(spec.Child("imagePullPolicies").Index(i), policy,
			rules.ImagePullPolicySpec(corev1.PullAlways), rules.ImagePullPolicySpec(corev1.PullIfNotPresent), rules.ImagePullPolicySpec(corev1.PullNever))...)
	}
	quotas := spec.Child("resourceQuotas")
	errs = append(errs, validate.Enum(quotas.Child("scope"), tenant.ResourceQuota.Scope, api.ResourceQuotaScopeTenant, api.ResourceQuotaScopeNamespace)...)
	for i, item := range tenant.ResourceQuota.Items {
		errs = append(errs, quota.Validate(quotas.Child("items").Index(i), item)...)
	}
	for i, limits := range tenant.LimitRanges.Items {
		errs = append(errs, validateLimitRange(spec.Child("limitRanges", "items").Index(i), limits)...)
	}
	if tenant.PodOptions != nil {
		errs = append(errs, validateAdditionalMetadata(spec.Child("podOptions", "additionalMetadata"), tenant.PodOptions.AdditionalMetadata)...)
	}
	errs = append(errs, validateServiceOptions(spec.Child("serviceOptions"), tenant.ServiceOptions)...)
	return append(errs, validateNamespaceOptions(spec.Child("namespaceOptions"), tenant.NamespaceOptions)...)
}

// validateAllowedRegexps checks more of them than Capsule's webhook, which accepts
// some that panic when a pod or a Gateway is matched against them.
func validateAllowedRegexps(spec *field.Path, tenant *capsulev1beta2.TenantSpec) field.ErrorList {
	var errs field.ErrorList
	check := func(path *field.Path, list *api.AllowedListSpec) {
		if list != nil {
			errs = append(errs, validate.OptionalRegexp(path.Child("allowedRegex"), list.Regex)...)
		}
	}
	classes := func(path *field.Path, list *api.DefaultAllowedListSpec) {
		if list != nil {
			check(path, &list.AllowedListSpec)
		}
	}
	classes(spec.Child("storageClasses"), tenant.StorageClasses)
	classes(spec.Child("ingressOptions", "allowedClasses"), tenant.IngressOptions.AllowedClasses)
	classes(spec.Child("gatewayOptions", "allowedClasses"), tenant.GatewayOptions.AllowedClasses)
	classes(spec.Child("priorityClasses"), tenant.PriorityClasses)
	classes(spec.Child("runtimeClasses"), tenant.RuntimeClasses)
	if tenant.DeviceClasses != nil {
		check(spec.Child("deviceClasses"), &tenant.DeviceClasses.AllowedListSpec)
	}
	check(spec.Child("ingressOptions", "allowedHostnames"), tenant.IngressOptions.AllowedHostnames)
	check(spec.Child("containerRegistries"), tenant.ContainerRegistries)
	return errs
}

func validateOwner(path *field.Path, owner rbac.OwnerSpec, allow allowances) field.ErrorList {
	errs := validateSubject(path, owner.UserSpec, allow)
	errs = append(errs, validateClusterRoles(path.Child("clusterRoles"), owner.ClusterRoles, allow)...)
	for i, settings := range owner.ProxyOperations {
		errs = append(errs, validateProxySettings(path.Child("proxySettings").Index(i), settings)...)
	}
	errs = append(errs, metav1validation.ValidateLabels(owner.Labels, path.Child("labels"))...)
	return append(errs, apivalidation.ValidateAnnotations(owner.Annotations, path.Child("annotations"))...)
}

func validateLimitRange(path *field.Path, limits corev1.LimitRangeSpec) field.ErrorList {
	if len(limits.Limits) == 0 {
		return field.ErrorList{field.Required(path.Child("limits"), "")}
	}
	return quota.ValidateLimits(path.Child("limits"), limits.Limits)
}

func validateServiceOptions(path *field.Path, options *api.ServiceOptions) field.ErrorList {
	if options == nil {
		return nil
	}
	errs := validateAdditionalMetadata(path.Child("additionalMetadata"), options.AdditionalMetadata)
	errs = append(errs, validateForbidden(path.Child("forbiddenLabels"), options.ForbiddenLabels)...)
	errs = append(errs, validateForbidden(path.Child("forbiddenAnnotations"), options.ForbiddenAnnotations)...)
	if options.ExternalServiceIPs == nil {
		return errs
	}
	allowed := path.Child("externalIPs", "allowed")
	if options.ExternalServiceIPs.Allowed == nil {
		errs = append(errs, field.Required(allowed, "an empty list allows none"))
	}
	for i, ip := range options.ExternalServiceIPs.Allowed {
		errs = append(errs, validateIPv4(allowed.Index(i), string(ip))...)
	}
	return errs
}

func validateIPv4(path *field.Path, value string) field.ErrorList {
	address, err := netip.ParseAddr(value)
	if prefix, prefixErr := netip.ParsePrefix(value); prefixErr == nil {
		address, err = prefix.Addr(), nil
	}
	if err != nil || !address.Is4() {
		return field.ErrorList{field.Invalid(path, value, "must be an IPv4 address or a range of them")}
	}
	return nil
}

func validateNamespaceOptions(path *field.Path, options *capsulev1beta2.NamespaceOptions) field.ErrorList {
	if options == nil {
		return nil
	}
	errs := validateAdditionalMetadata(path.Child("additionalMetadata"), options.AdditionalMetadata)
	for i, item := range options.AdditionalMetadataList {
		at := path.Child("additionalMetadataList").Index(i)
		errs = append(errs, validateSelector(at.Child("namespaceSelector"), item.NamespaceSelector)...)
		errs = append(errs, validateAdditionalMetadata(at, &api.AdditionalMetadataSpec{Labels: item.Labels, Annotations: item.Annotations})...)
	}
	if required := options.RequiredMetadata; required != nil {
		errs = append(errs, validateRequiredMetadata(path.Child("requiredMetadata", "labels"), required.Labels)...)
		errs = append(errs, validateRequiredMetadata(path.Child("requiredMetadata", "annotations"), required.Annotations)...)
	}
	errs = append(errs, validateForbidden(path.Child("forbiddenLabels"), options.ForbiddenLabels)...)
	return append(errs, validateForbidden(path.Child("forbiddenAnnotations"), options.ForbiddenAnnotations)...)
}

func validateRequiredMetadata(path *field.Path, metadata map[string]string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		for _, msg := range validation.IsQualifiedName(key) {
			errs = append(errs, field.Invalid(path.Key(key), key, msg))
		}
		errs = append(errs, validate.OptionalRegexp(path.Key(key), metadata[key])...)
	}
	return errs
}

func validateForbidden(path *field.Path, list api.ForbiddenListSpec) field.ErrorList {
	var errs field.ErrorList
	for i, key := range list.Exact {
		for _, msg := range validation.IsQualifiedName(key) {
			errs = append(errs, field.Invalid(path.Child("denied").Index(i), key, msg))
		}
	}
	return append(errs, validate.OptionalRegexp(path.Child("deniedRegex"), list.Regex)...)
}

// validateAdditionalMetadata allows templates, as Capsule does: {{tenant.name}}
// and {{namespace}}.
func validateAdditionalMetadata(path *field.Path, metadata *api.AdditionalMetadataSpec) field.ErrorList {
	if metadata == nil {
		return nil
	}
	errs := validateTemplated(path.Child("labels"), metadata.Labels, validation.IsValidLabelValue)
	return append(errs, validateTemplated(path.Child("annotations"), metadata.Annotations, func(string) []string { return nil })...)
}

func validateTemplated(path *field.Path, metadata map[string]string, check func(string) []string) field.ErrorList {
	var errs field.ErrorList
	for _, key := range slices.Sorted(maps.Keys(metadata)) {
		for _, msg := range template.ValidateKubernetesStringOrAllowedTemplates("", key, validation.IsQualifiedName) {
			errs = append(errs, field.Invalid(path.Key(key), key, strings.TrimPrefix(msg, ": ")))
		}
		for _, msg := range template.ValidateKubernetesStringOrAllowedTemplates("", metadata[key], check) {
			errs = append(errs, field.Invalid(path.Key(key), metadata[key], strings.TrimPrefix(msg, ": ")))
		}
	}
	return errs
}
