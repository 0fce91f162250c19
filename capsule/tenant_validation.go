package capsule

import (
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
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
	for i, owner := range tenant.Spec.Owners {
		errs = append(errs, ValidateSubject(spec.Child("owners").Index(i), owner.UserSpec)...)
	}
	return errs
}

func validateMatchOwners(path *field.Path, selector *metav1.LabelSelector) field.ErrorList {
	if selector == nil || len(selector.MatchLabels)+len(selector.MatchExpressions) == 0 {
		return field.ErrorList{field.Required(path, "an empty selector makes an owner of every TenantOwner in the cluster")}
	}
	return metav1validation.ValidateLabelSelector(selector, metav1validation.LabelSelectorValidationOptions{}, path)
}

func validateRoleBinding(path *field.Path, binding rbac.AdditionalRoleBindingsSpec) field.ErrorList {
	errs := validate.RoleName(path.Child("clusterRoleName"), binding.ClusterRoleName)
	if len(binding.Subjects) == 0 {
		errs = append(errs, field.Required(path.Child("subjects"), ""))
	}
	for i, subject := range binding.Subjects {
		errs = append(errs, validateBoundSubject(path.Child("subjects").Index(i), subject)...)
	}
	return errs
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
