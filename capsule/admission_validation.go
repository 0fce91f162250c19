package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/admission"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

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

// webhookFields are the fields that validating and mutating webhooks share.
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
