package tenant

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// impersonation lets the reconciler impersonate itself. With a kubeconfig Flux sends
// the account's own token and an Impersonate-User header with the same account.
// Capsule Proxy then checks the right to impersonate the user, the API server the
// right to impersonate the account. Without a kubeconfig Flux's own account
// impersonates, which needs no role here.
type impersonation struct {
	role        *rbacv1.ClusterRole
	binding     *rbacv1.ClusterRoleBinding
	homeRole    *rbacv1.Role
	homeBinding *rbacv1.RoleBinding
}

func impersonationObjects(id identity, access kubeconfig.Access) impersonation {
	switch {
	case access.Proxy != "":
		return impersonationAtProxy(id)
	case access.APIServer != "":
		return impersonationAtAPIServer(id)
	}
	return impersonation{}
}

func impersonationAtProxy(id identity) impersonation {
	name := names.Of(id.tenant, id.account, names.Impersonator)
	return impersonation{
		role: &rbacv1.ClusterRole{
			TypeMeta:   rbacType("ClusterRole"),
			ObjectMeta: id.meta("", name),
			Rules:      impersonate("users", names.User(id.home, id.account)),
		},
		binding: &rbacv1.ClusterRoleBinding{
			TypeMeta:   rbacType("ClusterRoleBinding"),
			ObjectMeta: id.meta("", name),
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
			Subjects:   id.subjects(),
		},
	}
}

func impersonationAtAPIServer(id identity) impersonation {
	name := id.account + "-" + names.Impersonator
	return impersonation{
		homeRole: &rbacv1.Role{
			TypeMeta:   rbacType("Role"),
			ObjectMeta: id.meta(id.home, name),
			Rules:      impersonate("serviceaccounts", id.account),
		},
		homeBinding: &rbacv1.RoleBinding{
			TypeMeta:   rbacType("RoleBinding"),
			ObjectMeta: id.meta(id.home, name),
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
			Subjects:   id.subjects(),
		},
	}
}

func impersonate(resource, name string) []rbacv1.PolicyRule {
	return []rbacv1.PolicyRule{{
		APIGroups:     []string{""},
		Resources:     []string{resource},
		ResourceNames: []string{name},
		Verbs:         []string{"impersonate"},
	}}
}

func rbacType(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: kind}
}
