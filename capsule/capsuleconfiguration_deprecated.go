//lint:file-ignore SA1019 what is deprecated in Capsule is here, and marked so.

package capsule

import (
	"cmp"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// UserNames are names of users that Capsule looks after.
//
// Deprecated: Use [Users].
type UserNames []string

// ApplyToCapsuleConfiguration appends to spec.userNames.
func (u UserNames) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.UserNames = append(config.Spec.UserNames, u...)
	return nil
}

// UserGroups are names of groups that Capsule looks after.
//
// Deprecated: Use [Users].
type UserGroups []string

// ApplyToCapsuleConfiguration appends to spec.userGroups.
func (u UserGroups) ApplyToCapsuleConfiguration(config *capsulev1beta2.CapsuleConfiguration) error {
	config.Spec.UserGroups = append(config.Spec.UserGroups, u...)
	return nil
}

// withDefaults fills in the names that the CRD gives by default. No field is ever
// omitted, so where one is set the others need theirs.
func withDefaults(resources capsulev1beta2.CapsuleResources) capsulev1beta2.CapsuleResources {
	return capsulev1beta2.CapsuleResources{
		TLSSecretName:                      cmp.Or(resources.TLSSecretName, "capsule-tls"),
		MutatingWebhookConfigurationName:   cmp.Or(resources.MutatingWebhookConfigurationName, "capsule-mutating-webhook-configuration"),
		ValidatingWebhookConfigurationName: cmp.Or(resources.ValidatingWebhookConfigurationName, "capsule-validating-webhook-configuration"),
	}
}

func validateOverrides(path *field.Path, resources capsulev1beta2.CapsuleResources) field.ErrorList {
	if resources == (capsulev1beta2.CapsuleResources{}) {
		return nil
	}
	errs := validate.Subdomain(path.Child("TLSSecretName"), resources.TLSSecretName)
	errs = append(errs, validate.Subdomain(path.Child("mutatingWebhookConfigurationName"), resources.MutatingWebhookConfigurationName)...)
	return append(errs, validate.Subdomain(path.Child("validatingWebhookConfigurationName"), resources.ValidatingWebhookConfigurationName)...)
}

func validateUserNames(spec *field.Path, config *capsulev1beta2.CapsuleConfigurationSpec) field.ErrorList {
	var errs field.ErrorList
	for i, name := range config.UserNames {
		errs = append(errs, ValidateSubject(spec.Child("userNames").Index(i), User(name))...)
	}
	for i, name := range config.UserGroups {
		errs = append(errs, ValidateSubject(spec.Child("userGroups").Index(i), Group(name))...)
	}
	return errs
}
