package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateCapsuleConfiguration(spec *field.Path, config *capsulev1beta2.CapsuleConfigurationSpec, allow allowances) field.ErrorList {
	errs := validateSubjects(spec.Child("users"), config.Users, allow)
	errs = append(errs, validateSubjects(spec.Child("administrators"), config.Administrators, allow)...)
	for i, group := range config.IgnoreUserWithGroups {
		errs = append(errs, validate.Required(spec.Child("ignoreUserWithGroups").Index(i), group)...)
	}
	for i, name := range config.UserNames {
		errs = append(errs, validateSubject(spec.Child("userNames").Index(i), User(name), allow)...)
	}
	for i, name := range config.UserGroups {
		errs = append(errs, validateSubject(spec.Child("userGroups").Index(i), Group(name), allow)...)
	}
	errs = append(errs, validate.OptionalRegexp(spec.Child("protectedNamespaceRegex"), config.ProtectedNamespaceRegexpString)...)
	if metadata := config.NodeMetadata; metadata == nil {
		errs = append(errs, field.Required(spec.Child("nodeMetadata"), "Capsule's webhook panics without it"))
	} else {
		errs = append(errs, validateForbidden(spec.Child("nodeMetadata", "forbiddenLabels"), metadata.ForbiddenLabels)...)
		errs = append(errs, validateForbidden(spec.Child("nodeMetadata", "forbiddenAnnotations"), metadata.ForbiddenAnnotations)...)
	}
	errs = append(errs, validateOverrides(spec.Child("overrides"), config.CapsuleResources)...)
	errs = append(errs, validateRBAC(spec.Child("rbac"), config.RBAC, allow)...)
	errs = append(errs, validate.Duration(spec.Child("cacheInvalidation"), config.CacheInvalidation)...)
	errs = append(errs, validateImpersonation(spec.Child("impersonation"), config.Impersonation)...)
	errs = append(errs, validate.OptionalLabel(spec.Child("events", "namespace"), config.Events.ClusterEventNamespace)...)
	return append(errs, validateAdmission(spec.Child("admission"), config.Admission)...)
}

func validateOverrides(path *field.Path, resources capsulev1beta2.CapsuleResources) field.ErrorList {
	if resources == (capsulev1beta2.CapsuleResources{}) {
		return nil
	}
	errs := validate.Subdomain(path.Child("TLSSecretName"), resources.TLSSecretName)
	errs = append(errs, validate.Subdomain(path.Child("mutatingWebhookConfigurationName"), resources.MutatingWebhookConfigurationName)...)
	return append(errs, validate.Subdomain(path.Child("validatingWebhookConfigurationName"), resources.ValidatingWebhookConfigurationName)...)
}

func validateRBAC(path *field.Path, config *capsulev1beta2.RBACConfiguration, allow allowances) field.ErrorList {
	if config == nil {
		return field.ErrorList{field.Required(path, "")}
	}
	errs := validateClusterRoles(path.Child("administrationClusterRoles"), config.AdministrationClusterRoles, allow)
	errs = append(errs, validateClusterRoles(path.Child("promotionClusterRoles"), config.PromotionClusterRoles, allow)...)
	if config.DeleterClusterRole != "" {
		errs = append(errs, validate.RoleName(path.Child("deleter"), config.DeleterClusterRole)...)
	}
	if config.ProvisionerClusterRole != "" {
		errs = append(errs, validate.RoleName(path.Child("provisioner"), config.ProvisionerClusterRole)...)
	}
	return errs
}

func validateImpersonation(path *field.Path, client capsulev1beta2.ServiceAccountClient) field.ErrorList {
	var errs field.ErrorList
	if client.Endpoint != "" {
		errs = append(errs, validate.URL(path.Child("endpoint"), client.Endpoint, "https")...)
	}
	errs = append(errs, validate.OptionalLabel(path.Child("caSecretNamespace"), client.CASecretNamespace.String())...)
	errs = append(errs, validate.OptionalLabel(path.Child("caSecretName"), client.CASecretName.String())...)
	errs = append(errs, validate.OptionalConfigMapKey(path.Child("caSecretKey"), client.CASecretKey)...)
	errs = append(errs, validate.OptionalLabel(path.Child("globalDefaultServiceAccount"), client.GlobalDefaultServiceAccount.String())...)
	errs = append(errs, validate.OptionalLabel(path.Child("globalDefaultServiceAccountNamespace"), client.GlobalDefaultServiceAccountNamespace.String())...)
	errs = append(errs, validate.OptionalLabel(path.Child("tenantDefaultServiceAccount"), client.TenantDefaultServiceAccount.String())...)
	if (client.GlobalDefaultServiceAccount == "") != (client.GlobalDefaultServiceAccountNamespace == "") {
		errs = append(errs, field.Required(path, "globalDefaultServiceAccount and globalDefaultServiceAccountNamespace go together"))
	}
	return errs
}
