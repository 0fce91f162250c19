package capsule

import (
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateTenant(tenant *capsulev1beta2.Tenant) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(tenant)
	if len(errs) == 0 {
		// The webhook's own pattern is not anchored, so it lets every name pass.
		errs = append(errs, validate.Label(field.NewPath("metadata", "name"), tenant.Name)...)
	}
	for i, selector := range tenant.Spec.Permissions.MatchOwners {
		errs = append(errs, validateMatchOwners(spec.Child("permissions", "matchOwners").Index(i), selector)...)
	}
	if options := tenant.Spec.NamespaceOptions; options != nil && options.Quota != nil && *options.Quota < 1 {
		errs = append(errs, field.Invalid(spec.Child("namespaceOptions", "quota"), *options.Quota, "must be greater than or equal to 1"))
	}
	errs = append(errs, metav1validation.ValidateLabels(tenant.Spec.NodeSelector, spec.Child("nodeSelector"))...)
	for i, binding := range tenant.Spec.AdditionalRoleBindings {
		errs = append(errs, validateRoleBinding(spec.Child("additionalRoleBindings").Index(i), binding)...)
	}
	errs = append(errs, validateRules(spec.Child("rules"), tenant.Spec.Rules)...)
	errs = append(errs, validateTenantClasses(spec, &tenant.Spec)...)
	errs = append(errs, validateIngressOptions(spec.Child("ingressOptions"), tenant.Spec.IngressOptions)...)
	return append(errs, validateDeprecated(spec, &tenant.Spec)...)
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

// validateHostname takes what the API server takes for the host of an Ingress.
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

func validateRoleBinding(path *field.Path, binding rbac.AdditionalRoleBindingsSpec) field.ErrorList {
	errs := validate.RoleName(path.Child("clusterRoleName"), binding.ClusterRoleName)
	if len(binding.Subjects) == 0 {
		errs = append(errs, field.Required(path.Child("subjects"), ""))
	}
	for i, subject := range binding.Subjects {
		errs = append(errs, validateBoundSubject(path.Child("subjects").Index(i), subject)...)
	}
	errs = append(errs, metav1validation.ValidateLabels(binding.Labels, path.Child("labels"))...)
	return append(errs, apivalidation.ValidateAnnotations(binding.Annotations, path.Child("annotations"))...)
}

// validateBoundSubject follows the API server's rules for the RoleBinding that
// Capsule makes of it, in which a wrong subject would fail later and unseen.
func validateBoundSubject(path *field.Path, subject rbacv1.Subject) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), subject.Kind,
		rbacv1.UserKind, rbacv1.GroupKind, rbacv1.ServiceAccountKind)
	if subject.Kind != rbacv1.ServiceAccountKind {
		return append(errs, validate.Required(path.Child("name"), subject.Name)...)
	}
	if strings.Contains(subject.Name, ":") {
		errs = append(errs, field.Invalid(path.Child("name"), subject.Name,
			"must be the account's bare name, with its namespace beside it"))
	} else {
		errs = append(errs, validate.Subdomain(path.Child("name"), subject.Name)...)
	}
	return append(errs, validate.Label(path.Child("namespace"), subject.Namespace)...)
}
