package capsule

import (
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// User is a person, by their name at the API server.
func User(name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.UserOwner, Name: name}
}

// Group is a group of people, by its name at the API server.
func Group(name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.GroupOwner, Name: name}
}

// ServiceAccount is a machine: the account in the namespace, under its user
// name system:serviceaccount:namespace:name.
func ServiceAccount(namespace, name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.ServiceAccountOwner, Name: names.User(namespace, name)}
}

// validateSubject checks an owner, an administrator or a Capsule user.
func validateSubject(path *field.Path, user rbac.UserSpec, allow allowances) field.ErrorList {
	if names.Everybody(user.Kind.String(), user.Name) {
		return refuseEverybody(path.Child("name"), user.Name, allow)
	}
	return subject.Validate(path, user)
}

func validateSubjects(path *field.Path, users []rbac.UserSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	for i, user := range users {
		errs = append(errs, validateSubject(path.Index(i), user, allow)...)
	}
	return errs
}

func refuseEverybody(path *field.Path, name string, allow allowances) field.ErrorList {
	if allow.has(AllowEverybody) {
		return nil
	}
	return field.ErrorList{field.Forbidden(path, name+" includes the users or ServiceAccounts of every other tenant; AllowEverybody allows it")}
}

const clusterAdmin = "cluster-admin"

// validateClusterRole checks the name of a ClusterRole that is given to subjects.
func validateClusterRole(path *field.Path, name string, allow allowances) field.ErrorList {
	if name == clusterAdmin && !allow.has(AllowClusterAdmin) {
		return field.ErrorList{field.Forbidden(path, "cluster-admin gives every permission on every object in the tenant's namespaces, Capsule's included; AllowClusterAdmin allows it")}
	}
	return validate.RoleName(path, name)
}

func validateClusterRoles(path *field.Path, names []string, allow allowances) field.ErrorList {
	var errs field.ErrorList
	for i, name := range names {
		errs = append(errs, validateClusterRole(path.Index(i), name, allow)...)
	}
	return errs
}

func validateRoleBinding(path *field.Path, binding rbac.AdditionalRoleBindingsSpec, allow allowances) field.ErrorList {
	errs := validateClusterRole(path.Child("clusterRoleName"), binding.ClusterRoleName, allow)
	if len(binding.Subjects) == 0 {
		errs = append(errs, field.Required(path.Child("subjects"), ""))
	}
	for i, bound := range binding.Subjects {
		errs = append(errs, validateBoundSubject(path.Child("subjects").Index(i), bound, allow)...)
	}
	errs = append(errs, metav1validation.ValidateLabels(binding.Labels, path.Child("labels"))...)
	return append(errs, apivalidation.ValidateAnnotations(binding.Annotations, path.Child("annotations"))...)
}

// validateBoundSubject follows the API server's rules for the RoleBinding that
// Capsule creates: a wrong subject would fail there later and unnoticed.
func validateBoundSubject(path *field.Path, bound rbacv1.Subject, allow allowances) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), bound.Kind,
		rbacv1.UserKind, rbacv1.GroupKind, rbacv1.ServiceAccountKind)
	name := path.Child("name")
	if bound.Kind != rbacv1.ServiceAccountKind {
		errs = append(errs, validate.Required(name, bound.Name)...)
		if names.Everybody(bound.Kind, bound.Name) {
			errs = append(errs, refuseEverybody(name, bound.Name, allow)...)
		}
		if bound.APIGroup != "" && bound.APIGroup != rbacv1.GroupName {
			errs = append(errs, field.NotSupported(path.Child("apiGroup"), bound.APIGroup, []string{rbacv1.GroupName}))
		}
		return errs
	}
	if strings.Contains(bound.Name, ":") {
		errs = append(errs, field.Invalid(name, bound.Name, "must be the account's bare name, with its namespace beside it"))
	} else {
		errs = append(errs, validate.Subdomain(name, bound.Name)...)
	}
	if bound.APIGroup != "" {
		errs = append(errs, field.NotSupported(path.Child("apiGroup"), bound.APIGroup, []string{""}))
	}
	return append(errs, validate.Label(path.Child("namespace"), bound.Namespace)...)
}
