package flux

import (
	"strings"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/notification"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateReceiver(path *field.Path, spec *notificationv1.ReceiverSpec) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("type"), spec.Type,
		notificationv1.GenericReceiver, notificationv1.GenericHMACReceiver, notificationv1.GenericOIDCReceiver,
		notificationv1.GitHubReceiver, notificationv1.GitLabReceiver, notificationv1.BitbucketReceiver,
		notificationv1.HarborReceiver, notificationv1.DockerHubReceiver, notificationv1.QuayReceiver,
		notificationv1.GCRReceiver, notificationv1.NexusReceiver, notificationv1.ACRReceiver,
		notificationv1.CDEventsReceiver)
	errs = append(errs, validate.OptionalDuration(path.Child("interval"), spec.Interval)...)
	if len(spec.Resources) == 0 {
		errs = append(errs, field.Required(path.Child("resources"), "a Receiver without resources does nothing"))
	}
	for i, resource := range spec.Resources {
		errs = append(errs, validateResource(path.Child("resources").Index(i), resource)...)
	}
	return append(errs, validateAuthentication(path, spec)...)
}

// validateResource checks the fields that the controller requires of a Receiver, but
// not of an Alert, when it is called.
func validateResource(path *field.Path, resource notificationv1.ReceiverResource) field.ErrorList {
	errs := notification.ValidateReference(path, resource.CrossNamespaceObjectReference)
	errs = append(errs, validateResourceVersion(path.Child("apiVersion"), resource.CrossNamespaceObjectReference)...)
	if resource.Name == "*" && len(resource.MatchLabels) == 0 {
		errs = append(errs, field.Required(path.Child("matchLabels"), `name is "*"`))
	}
	return errs
}

// validateResourceVersion checks that the kind is one of the API group. The version
// may be an older one.
//
// Upstream: requestReconciliation in internal/server of notification-controller.
func validateResourceVersion(path *field.Path, ref notificationv1.CrossNamespaceObjectReference) field.ErrorList {
	want, known := notification.APIVersion(ref.Kind)
	group, _, _ := strings.Cut(want, "/")
	if got, version, ok := strings.Cut(ref.APIVersion, "/"); !known || ref.APIVersion == "" || ok && got == group && !strings.Contains(version, "/") {
		return nil
	}
	return field.ErrorList{field.Invalid(path, ref.APIVersion, "must be of the group of "+ref.Kind+", such as "+want)}
}

// validateAuthentication follows the CEL rules on the CRD.
func validateAuthentication(path *field.Path, spec *notificationv1.ReceiverSpec) field.ErrorList {
	secret, providers := path.Child("secretRef"), path.Child("oidcProviders")
	if spec.Type != notificationv1.GenericOIDCReceiver {
		var errs field.ErrorList
		if spec.SecretRef == nil {
			errs = append(errs, field.Required(secret, "for every type but generic-oidc"))
		}
		if len(spec.OIDCProviders) > 0 {
			errs = append(errs, field.Forbidden(providers, "may be set only when type is generic-oidc"))
		}
		return append(errs, validate.OptionalRef(secret, spec.SecretRef)...)
	}

	var errs field.ErrorList
	if spec.SecretRef != nil {
		errs = append(errs, field.Forbidden(secret, "must not be set when type is generic-oidc"))
	}
	if len(spec.OIDCProviders) == 0 {
		errs = append(errs, field.Required(providers, "when type is generic-oidc"))
	}
	seen := map[string]bool{}
	for i, provider := range spec.OIDCProviders {
		at := providers.Index(i)
		if seen[provider.IssuerURL] {
			errs = append(errs, field.Duplicate(at.Child("issuerURL"), provider.IssuerURL))
		}
		seen[provider.IssuerURL] = true
		errs = append(errs, validateOIDC(at, provider)...)
	}
	return errs
}

func validateOIDC(path *field.Path, provider notificationv1.OIDCProvider) field.ErrorList {
	errs := validate.URL(path.Child("issuerURL"), provider.IssuerURL, "https", "http")
	for i, variable := range provider.Variables {
		at := path.Child("variables").Index(i)
		errs = append(errs, validate.Required(at.Child("name"), variable.Name)...)
		errs = append(errs, validate.Required(at.Child("expression"), variable.Expression)...)
	}
	if len(provider.Validations) == 0 {
		errs = append(errs, field.Required(path.Child("validations"), "without one, anybody with a token from the issuer may call"))
	}
	for i, validation := range provider.Validations {
		at := path.Child("validations").Index(i)
		errs = append(errs, validate.Required(at.Child("expression"), validation.Expression)...)
		errs = append(errs, validate.Required(at.Child("message"), validation.Message)...)
	}
	return errs
}
