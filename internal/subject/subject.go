// Package subject checks the users, groups and ServiceAccounts that own
// Capsule's tenants.
package subject

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Validate checks a subject that owns a tenant. Capsule accepts any name: a
// ServiceAccount whose name has no colons makes its webhook index out of range,
// and a group such as system:serviceaccounts:<namespace> makes every account of
// the namespace an owner, the default account of its pods included.
func Validate(path *field.Path, user rbac.UserSpec) field.ErrorList {
	errs := validate.RequiredEnum(path.Child("kind"), user.Kind,
		rbac.UserOwner, rbac.GroupOwner, rbac.ServiceAccountOwner)
	name := path.Child("name")
	if user.Name == "" {
		return append(errs, field.Required(name, ""))
	}
	if !utf8.ValidString(user.Name) {
		return append(errs, field.Invalid(name, user.Name, "must be UTF-8"))
	}
	switch user.Kind {
	case rbac.ServiceAccountOwner:
		errs = append(errs, ValidateAccount(name, user.Name)...)
	case rbac.GroupOwner, rbac.UserOwner:
		if strings.HasPrefix(user.Name, "system:") {
			errs = append(errs, field.Invalid(name, user.Name,
				`must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people`))
		}
	}
	return errs
}

// ValidateAccount checks the user name of a ServiceAccount:
// system:serviceaccount:<namespace>:<name>.
func ValidateAccount(path *field.Path, name string) field.ErrorList {
	namespace, account, ok := names.SplitUser(name)
	if !ok || namespace == "" || account == "" {
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
