package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/runtime/admission"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(config)
	errs = append(errs, validateUsers(spec.Child("users"), config.Spec.Users)...)
	errs = append(errs, validateUsers(spec.Child("administrators"), config.Spec.Administrators)...)
	for i, group := range config.Spec.IgnoreUserWithGroups {
		errs = append(errs, validate.Required(spec.Child("ignoreUserWithGroups").Index(i), group)...)
	}
	errs = append(errs, validateUserNames(spec, &config.Spec)...)
	errs = append(errs, validate.OptionalRegexp(spec.Child("protectedNamespaceRegex"), config.Spec.ProtectedNamespaceRegexpString)...)
	if metadata := config.Spec.NodeMetadata; metadata == nil {
		errs = append(errs, field.Required(spec.Child("nodeMetadata"), "Capsule's webhook panics without it"))
	} else {
		errs = append(errs, validateForbidden(spec.Child("nodeMetadata", "forbiddenLabels"), metadata.ForbiddenLabels)...)
		errs = append(errs, validateForbidden(spec.Child("nodeMetadata", "forbiddenAnnotations"), metadata.ForbiddenAnnotations)...)
	}
	errs = append(errs, validateOverrides(spec.Child("overrides"), config.Spec.CapsuleResources)...)
	errs = append(errs, validateRBAC(spec.Child("rbac"), config.Spec.RBAC)...)
	errs = append(errs, validate.Duration(spec.Child("cacheInvalidation"), config.Spec.CacheInvalidation)...)
	errs = append(errs, validateImpersonation(spec.Child("impersonation"), config.Spec.Impersonation)...)
	errs = append(errs, validate.OptionalLabel(spec.Child("events", "namespace"), config.Spec.Events.ClusterEventNamespace)...)
	return append(errs, validateAdmission(spec.Child("admission"), config.Spec.Admission)...)
}

func validateUsers(path *field.Path, users rbac.UserListSpec) field.ErrorList {
	var errs field.ErrorList
	for i, user := range users {
		errs = append(errs, ValidateSubject(path.Index(i), user)...)
	}
	return errs
}

func validateRBAC(path *field.Path, config *capsulev1beta2.RBACConfiguration) field.ErrorList {
	if config == nil {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	roles := func(path *field.Path, names []string) {
		for i, name := range names {
			errs = append(errs, validate.RoleName(path.Index(i), name)...)
		}
	}
	roles(path.Child("administrationClusterRoles"), config.AdministrationClusterRoles)
	roles(path.Child("promotionClusterRoles"), config.PromotionClusterRoles)
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

func validateAdmission(path *field.Path, config capsulev1beta2.DynamicAdmission) field.ErrorList {
	errs := validate.OptionalLabel(path.Child("serviceName"), config.ServiceName)
	if mutating := config.Mutating; mutating != nil {
		at := path.Child("mutating")
		errs = append(errs, validateWebhooks(at, &mutating.DynamicAdmissionConfig)...)
		for i, webhook := range mutating.Webhooks {
			if webhook == nil {
				errs = append(errs, field.Required(at.Child("webhooks").Index(i), ""))
				continue
			}
			errs = append(errs, validateWebhook(at.Child("webhooks").Index(i), (*webhookFields)(&admission.ValidatingWebhook{
				Name: webhook.Name, Path: webhook.Path, SideEffects: webhook.SideEffects,
				AdmissionReviewVersions: webhook.AdmissionReviewVersions, MatchConditions: webhook.MatchConditions,
				NamespaceSelector: webhook.NamespaceSelector, ObjectSelector: webhook.ObjectSelector,
			}))...)
		}
	}
	if validating := config.Validating; validating != nil {
		at := path.Child("validating")
		errs = append(errs, validateWebhooks(at, &validating.DynamicAdmissionConfig)...)
		for i, webhook := range validating.Webhooks {
			if webhook == nil {
				errs = append(errs, field.Required(at.Child("webhooks").Index(i), ""))
				continue
			}
			errs = append(errs, validateWebhook(at.Child("webhooks").Index(i), (*webhookFields)(webhook))...)
		}
	}
	return errs
}

// webhookFields are those that validating and mutating webhooks share.
type webhookFields admission.ValidatingWebhook

func validateWebhooks(path *field.Path, config *admission.DynamicAdmissionConfig) field.ErrorList {
	errs := validate.OptionalLabel(path.Child("name"), config.Name.String())
	errs = append(errs, metav1validation.ValidateLabels(config.Labels, path.Child("labels"))...)
	errs = append(errs, apivalidation.ValidateAnnotations(config.Annotations, path.Child("annotations"))...)
	return append(errs, validateWebhookClient(path.Child("client"), config.Client)...)
}

func validateWebhookClient(path *field.Path, client *admissionregistrationv1.WebhookClientConfig) field.ErrorList {
	if client == nil || (client.URL == nil) == (client.Service == nil) {
		return field.ErrorList{field.Required(path, "exactly one of url or service must be set")}
	}
	if client.URL != nil {
		return validate.URL(path.Child("url"), *client.URL, "https")
	}
	errs := validate.Label(path.Child("service", "namespace"), client.Service.Namespace)
	return append(errs, validate.Label(path.Child("service", "name"), client.Service.Name)...)
}

func validateWebhook(path *field.Path, webhook *webhookFields) field.ErrorList {
	errs := validate.Subdomain(path.Child("name"), webhook.Name)
	if webhook.Path == nil {
		errs = append(errs, field.Required(path.Child("path"), ""))
	}
	if webhook.SideEffects == nil {
		errs = append(errs, field.Required(path.Child("sideEffects"), ""))
	} else {
		errs = append(errs, validate.RequiredEnum(path.Child("sideEffects"), *webhook.SideEffects,
			admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.SideEffectClassNoneOnDryRun)...)
	}
	if len(webhook.AdmissionReviewVersions) == 0 {
		errs = append(errs, field.Required(path.Child("admissionReviewVersions"), ""))
	}
	names := map[string]bool{}
	for i, condition := range webhook.MatchConditions {
		at := path.Child("matchConditions").Index(i)
		errs = append(errs, validate.Required(at.Child("name"), condition.Name)...)
		errs = append(errs, validate.Required(at.Child("expression"), condition.Expression)...)
		if names[condition.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), condition.Name))
		}
		names[condition.Name] = true
	}
	errs = append(errs, validateSelector(path.Child("namespaceSelector"), webhook.NamespaceSelector)...)
	return append(errs, validateSelector(path.Child("objectSelector"), webhook.ObjectSelector)...)
}
