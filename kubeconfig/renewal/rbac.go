package renewal

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ClusterRole builds the role that the program needs in the namespace of each target:
// to request tokens for their accounts, and to read and apply their Secrets or
// ConfigMaps, all by name. It lists nothing. Bind it with a RoleBinding in each
// namespace, never with a ClusterRoleBinding.
//
// A CASecret is not part of it, since it is in another namespace: see [CARole].
func ClusterRole(name string, targets []Target) (*rbacv1.ClusterRole, error) {
	errs := validate.RoleName(field.NewPath("metadata", "name"), name)
	errs = append(errs, validateTargets(field.NewPath("targets"), targets)...)
	if err := build.Invalid(schema.GroupKind{Group: rbacv1.GroupName, Kind: "ClusterRole"}, name, errs); err != nil {
		return nil, err
	}
	role := &rbacv1.ClusterRole{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRole"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
	}
	var accounts, secrets, configMaps, tokens []string
	for _, t := range targets {
		switch {
		case t.Access.Tokenless():
			configMaps = append(configMaps, t.name())
		case t.TokenSecret != "":
			tokens, secrets = append(tokens, t.TokenSecret), append(secrets, t.name())
		default:
			accounts, secrets = append(accounts, t.Account), append(secrets, t.name())
		}
	}
	allow := func(resource string, names []string, verbs ...string) {
		if len(names) > 0 {
			slices.Sort(names)
			role.Rules = append(role.Rules, rbacv1.PolicyRule{
				APIGroups: []string{""}, Resources: []string{resource}, ResourceNames: slices.Compact(names), Verbs: verbs})
		}
	}
	allow("serviceaccounts/token", accounts, "create")
	allow("secrets", tokens, "get")
	// An apply request has the name even when it creates, so create can be limited to
	// it, too.
	allow("secrets", secrets, "get", "create", "patch")
	allow("configmaps", configMaps, "get", "create", "patch")
	return role, nil
}

// CARole builds the role, in the namespace of a CASecret, to read it.
func CARole(name string, ca CASecret) (*rbacv1.Role, error) {
	errs := validate.RoleName(field.NewPath("metadata", "name"), name)
	errs = append(errs, validate.Label(field.NewPath("caSecret", "namespace"), ca.Namespace)...)
	errs = append(errs, validate.Subdomain(field.NewPath("caSecret", "name"), ca.Name)...)
	if err := build.Invalid(schema.GroupKind{Group: rbacv1.GroupName, Kind: "Role"}, ca.Namespace+"/"+name, errs); err != nil {
		return nil, err
	}
	return &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: metav1.ObjectMeta{Namespace: ca.Namespace, Name: name},
		Rules: []rbacv1.PolicyRule{{
			APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{ca.Name}, Verbs: []string{"get"}}},
	}, nil
}

func validateTargets(path *field.Path, targets []Target) field.ErrorList {
	var errs field.ErrorList
	if len(targets) == 0 {
		errs = append(errs, field.Required(path, ""))
	}
	for i, t := range targets {
		errs = append(errs, validate.Label(path.Index(i).Child("namespace"), t.Namespace)...)
		errs = append(errs, validate.Subdomain(path.Index(i).Child("account"), t.Account)...)
		errs = append(errs, validate.Subdomain(path.Index(i).Child("access", "secretRef", "name"), t.name())...)
	}
	return errs
}
