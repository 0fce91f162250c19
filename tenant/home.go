package tenant

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// home is the home namespace and what the reconciler is in it.
type home struct {
	namespace *corev1.Namespace
	quota     *corev1.ResourceQuota
	account   *corev1.ServiceAccount
	binding   *rbacv1.RoleBinding // nil without a role
}

func homeObjects(id identity, spec Spec) home {
	objects := home{
		namespace: &corev1.Namespace{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: id.meta("", id.home),
		},
		account: &corev1.ServiceAccount{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
			ObjectMeta: id.meta(id.home, id.account),
		},
	}
	objects.namespace.Labels[names.PodSecurityLabel] = "restricted"
	if !spec.HomeWorkloads {
		objects.quota = &corev1.ResourceQuota{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
			ObjectMeta: id.meta(id.home, names.HomeQuota),
			Spec: corev1.ResourceQuotaSpec{
				Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("0")},
			},
		}
	}
	if !spec.NoHomeRole {
		objects.binding = &rbacv1.RoleBinding{
			TypeMeta:   rbacType("RoleBinding"),
			ObjectMeta: id.meta(id.home, id.account),
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: spec.HomeRole},
			Subjects:   id.subjects(),
		}
	}
	return objects
}

// subjects are the tenant GitOps reconciler as RBAC names it.
func (id identity) subjects() []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: id.home, Name: id.account}}
}
