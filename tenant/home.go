package tenant

import (
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// home makes the home namespace, the reconciler in it and its role there.
func (b *builder) home() {
	b.bundle.Namespace = &corev1.Namespace{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: b.meta("", b.spec.Home),
	}
	b.bundle.Namespace.Labels[names.PodSecurityLabel] = "restricted"

	if !b.spec.HomeWorkloads {
		b.bundle.HomeQuota = &corev1.ResourceQuota{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
			ObjectMeta: b.meta(b.spec.Home, names.HomeQuota),
			Spec: corev1.ResourceQuotaSpec{
				Hard: corev1.ResourceList{corev1.ResourcePods: resource.MustParse("0")},
			},
		}
	}

	b.bundle.ServiceAccount = &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: b.meta(b.spec.Home, b.spec.ServiceAccount),
	}

	if !b.spec.NoHomeRole {
		b.bundle.HomeRoleBinding = &rbacv1.RoleBinding{
			TypeMeta:   metav1.TypeMeta{APIVersion: rbacv1.SchemeGroupVersion.String(), Kind: "RoleBinding"},
			ObjectMeta: b.meta(b.spec.Home, b.spec.ServiceAccount),
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: b.spec.HomeRole},
			Subjects:   []rbacv1.Subject{b.reconciler()},
		}
	}
}

// reconciler is the tenant GitOps reconciler as RBAC names it.
func (b *builder) reconciler() rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: b.spec.Home, Name: b.spec.ServiceAccount}
}
