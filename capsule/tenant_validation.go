package capsule

import (
	"fmt"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateTenantMeta(tenant *capsulev1beta2.Tenant) field.ErrorList {
	errs := validate.ClusterMeta(tenant)
	if len(errs) == 0 {
		// The webhook's own pattern is not anchored, so it accepts every name.
		errs = append(errs, validate.Label(field.NewPath("metadata", "name"), tenant.Name)...)
	}
	if force := tenant.Spec.ForceTenantPrefix; len(errs) == 0 && force != nil && *force && len(tenant.Name) > maxPrefix {
		errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), tenant.Name,
			fmt.Sprintf("must be no more than %d characters: with forceTenantPrefix it leaves no room for the name of a namespace", maxPrefix)))
	}
	return errs
}

// maxPrefix leaves a dash and one character of a namespace's name.
const maxPrefix = validation.DNS1123LabelMaxLength - 2

func validateTenant(spec *field.Path, name string, tenant *capsulev1beta2.TenantSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	for i, selector := range tenant.Permissions.MatchOwners {
		errs = append(errs, validateMatchOwners(spec.Child("permissions", "matchOwners").Index(i), selector)...)
	}
	if options := tenant.NamespaceOptions; options != nil && options.Quota != nil && *options.Quota < 1 {
		errs = append(errs, field.Invalid(spec.Child("namespaceOptions", "quota"), *options.Quota, "must be greater than or equal to 1"))
	}
	errs = append(errs, metav1validation.ValidateLabels(tenant.NodeSelector, spec.Child("nodeSelector"))...)
	for i, binding := range tenant.AdditionalRoleBindings {
		errs = append(errs, validateRoleBinding(spec.Child("additionalRoleBindings").Index(i), binding, allow)...)
	}
	errs = append(errs, validateRules(spec.Child("rules"), name, tenant.Rules, allow)...)
	errs = append(errs, validateTenantClasses(spec, tenant)...)
	errs = append(errs, validateIngressOptions(spec.Child("ingressOptions"), tenant.IngressOptions)...)
	return append(errs, validateDeprecated(spec, tenant, allow)...)
}

func validateIngressOptions(path *field.Path, options capsulev1beta2.IngressOptions) field.ErrorList {
	errs := validate.Enum(path.Child("hostnameCollisionScope"), options.HostnameCollisionScope,
		api.HostnameCollisionScopeCluster, api.HostnameCollisionScopeTenant,
		api.HostnameCollisionScopeNamespace, api.HostnameCollisionScopeDisabled)
	if options.AllowedHostnames == nil {
		return errs
	}
	for i, name := range options.AllowedHostnames.Exact {
		errs = append(errs, validateHostname(path.Child("allowedHostnames", "allowed").Index(i), name)...)
	}
	return errs
}

// validateHostname accepts what the API server accepts as the host of an Ingress.
func validateHostname(path *field.Path, name string) field.ErrorList {
	if strings.HasPrefix(name, "*.") {
		var errs field.ErrorList
		for _, msg := range validation.IsWildcardDNS1123Subdomain(name) {
			errs = append(errs, field.Invalid(path, name, msg))
		}
		return errs
	}
	return validate.Subdomain(path, name)
}

func validateTenantClasses(spec *field.Path, tenant *capsulev1beta2.TenantSpec) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, validateClasses(spec.Child("storageClasses"), tenant.StorageClasses)...)
	errs = append(errs, validateClasses(spec.Child("ingressOptions", "allowedClasses"), tenant.IngressOptions.AllowedClasses)...)
	errs = append(errs, validateClasses(spec.Child("gatewayOptions", "allowedClasses"), tenant.GatewayOptions.AllowedClasses)...)
	errs = append(errs, validateClasses(spec.Child("priorityClasses"), tenant.PriorityClasses)...)
	errs = append(errs, validateClasses(spec.Child("runtimeClasses"), tenant.RuntimeClasses)...)
	if runtime := tenant.RuntimeClasses; runtime != nil && empty(&runtime.LabelSelector) {
		errs = append(errs, field.Required(spec.Child("runtimeClasses"), "Capsule takes an empty selector here for one that matches every class"))
	}
	if device := tenant.DeviceClasses; device != nil {
		errs = append(errs, validateClassList(spec.Child("deviceClasses"), device)...)
		if empty(&device.LabelSelector) {
			errs = append(errs, field.Required(spec.Child("deviceClasses"), "Capsule takes an empty selector here for one that matches every class"))
		}
	}
	return errs
}

func validateClasses(path *field.Path, classes *api.DefaultAllowedListSpec) field.ErrorList {
	if classes == nil {
		return nil
	}
	errs := validateClassList(path, &classes.SelectorAllowedListSpec)
	return append(errs, validate.OptionalSubdomain(path.Child("default"), classes.Default)...)
}

func validateClassList(path *field.Path, classes *api.SelectorAllowedListSpec) field.ErrorList {
	var errs field.ErrorList
	for i, name := range classes.Exact {
		errs = append(errs, validate.Subdomain(path.Child("allowed").Index(i), name)...)
	}
	return append(errs, validateSelector(path, &classes.LabelSelector)...)
}

func validateMatchOwners(path *field.Path, selector *metav1.LabelSelector) field.ErrorList {
	if empty(selector) {
		return field.ErrorList{field.Required(path, "an empty selector makes an owner of every TenantOwner in the cluster")}
	}
	return validateSelector(path, selector)
}
