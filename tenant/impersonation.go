package tenant

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

// impersonation lets the reconciler impersonate itself. With a kubeconfig Flux
// sends the account's own token and an Impersonate-User header with the same
// account, and somebody has to allow that: Capsule Proxy asks whether the user
// may be impersonated, the API server whether the account may. Without a
// kubeconfig Flux's own account impersonates, and needs nothing here.
func (b *builder) impersonation() {
	switch {
	case b.spec.Access.Proxy != "":
		b.impersonationAtProxy()
	case b.spec.Access.APIServer != "":
		b.impersonationAtAPIServer()
	}
}

func (b *builder) impersonationAtProxy() {
	name := names.Of(b.spec.Name, b.spec.ServiceAccount, names.Impersonator)
	b.bundle.ImpersonatorRole = &rbacv1.ClusterRole{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRole"},
		ObjectMeta: b.meta("", name),
		Rules: []rbacv1.PolicyRule{{
			APIGroups:     []string{""},
			Resources:     []string{"users"},
			ResourceNames: []string{capsule.ServiceAccount(b.spec.Home, b.spec.ServiceAccount).Name},
			Verbs:         []string{"impersonate"},
		}},
	}
	b.bundle.ImpersonatorBinding = &rbacv1.ClusterRoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRoleBinding"},
		ObjectMeta: b.meta("", name),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: name},
		Subjects:   []rbacv1.Subject{b.reconciler()},
	}
}

func (b *builder) impersonationAtAPIServer() {
	name := b.spec.ServiceAccount + "-" + names.Impersonator
	b.bundle.HomeImpersonatorRole = &rbacv1.Role{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "Role"},
		ObjectMeta: b.meta(b.spec.Home, name),
		Rules: []rbacv1.PolicyRule{{
			APIGroups:     []string{""},
			Resources:     []string{"serviceaccounts"},
			ResourceNames: []string{b.spec.ServiceAccount},
			Verbs:         []string{"impersonate"},
		}},
	}
	b.bundle.HomeImpersonatorBinding = &rbacv1.RoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
		ObjectMeta: b.meta(b.spec.Home, name),
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
		Subjects:   []rbacv1.Subject{b.reconciler()},
	}
}
