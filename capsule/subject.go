package capsule

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// User is a person, by the name the API server authenticates them under.
func User(name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.UserOwner, Name: name}
}

// Group is a group of people, by the name the API server authenticates it under.
func Group(name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.GroupOwner, Name: name}
}

// ServiceAccount is a machine: the account in the namespace, under its user
// name system:serviceaccount:namespace:name.
func ServiceAccount(namespace, name string) rbac.UserSpec {
	return rbac.UserSpec{Kind: rbac.ServiceAccountOwner, Name: serviceAccountPrefix + namespace + ":" + name}
}

const serviceAccountPrefix = "system:serviceaccount:"

// ValidateSubject checks somebody who is to own a tenant. Capsule takes any
// name: of a ServiceAccount whose name has no colons it makes an index out of
// range, and a group such as system:serviceaccounts:<namespace> makes an owner
// of every account there, the default one of every pod included.
func ValidateSubject(path *field.Path, subject rbac.UserSpec) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), subject.Kind,
		rbac.UserOwner, rbac.GroupOwner, rbac.ServiceAccountOwner)
	name := path.Child("name")
	if subject.Name == "" {
		return append(errs, field.Required(name, ""))
	}
	if !utf8.ValidString(subject.Name) {
		return append(errs, field.Invalid(name, subject.Name, "must be UTF-8"))
	}
	switch subject.Kind {
	case rbac.ServiceAccountOwner:
		errs = append(errs, validateServiceAccountName(name, subject.Name)...)
	case rbac.GroupOwner, rbac.UserOwner:
		if strings.HasPrefix(subject.Name, "system:") {
			errs = append(errs, field.Invalid(name, subject.Name,
				`must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people`))
		}
	}
	return errs
}

func validateServiceAccountName(path *field.Path, name string) field.ErrorList {
	namespace, account, _ := strings.Cut(strings.TrimPrefix(name, serviceAccountPrefix), ":")
	if !strings.HasPrefix(name, serviceAccountPrefix) || namespace == "" || account == "" {
		return field.ErrorList{field.Invalid(path, name, "must have the form system:serviceaccount:<namespace>:<name>")}
	}
	var errs field.ErrorList
	for _, msg := range validation.IsDNS1123Label(namespace) {
		errs = append(errs, field.Invalid(path, name, fmt.Sprintf("namespace %q: %s", namespace, msg)))
	}
	for _, msg := range validation.IsDNS1123Subdomain(account) {
		errs = append(errs, field.Invalid(path, name, fmt.Sprintf("name %q: %s", account, msg)))
	}
	return errs
}
