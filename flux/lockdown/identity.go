package lockdown

import (
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// identityRole is the name that Flux's documentation gives to the role.
const identityRole = "flux-object-identity"

// tokenRequests let the controllers request tokens of the accounts that objects name.
// Flux's own roles grant that up to 2.9. Without it a source, an image or a Provider
// of Flux 2.10 that names an account fails; kustomize- and helm-controller are
// cluster-admin by Flux's roles anyway.
func (p plan) tokenRequests() []runtime.Object {
	if !p.WorkloadIdentity || p.version < flux210 {
		return nil
	}
	binding := &rbacv1.ClusterRoleBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRoleBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: identityRole},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: identityRole},
	}
	for _, controller := range []string{
		fluxcmd.Source, fluxcmd.Kustomize, fluxcmd.Helm, fluxcmd.Notification, fluxcmd.ImageReflector, fluxcmd.ImageAutomation,
	} {
		binding.Subjects = append(binding.Subjects, rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: p.Namespace, Name: controller})
	}
	return []runtime.Object{
		&rbacv1.ClusterRole{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "ClusterRole"},
			ObjectMeta: metav1.ObjectMeta{Name: identityRole},
			Rules:      []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"serviceaccounts/token"}, Verbs: []string{"create"}}},
		},
		binding,
	}
}
