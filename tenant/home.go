package tenant

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// home is the home namespace and the reconciler's objects in it.
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
		quota: &corev1.ResourceQuota{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
			ObjectMeta: id.meta(id.home, names.HomeQuota),
			Spec:       corev1.ResourceQuotaSpec{Hard: homeResources(id, spec)},
		},
		account: &corev1.ServiceAccount{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
			ObjectMeta: id.meta(id.home, id.account),
		},
	}
	objects.namespace.Labels[names.PodSecurityLabel] = "restricted"
	if id.shard != "" {
		// The admission policies read the allowed shard of the tenant's objects from this.
		objects.namespace.Labels[flux.ShardKey] = id.shard
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

// homeResources limits the objects of the home namespace. The tenant's isolation does
// not apply there, so the objects that it limits are forbidden.
func homeResources(id identity, spec Spec) corev1.ResourceList {
	source := names.GitRepositories
	if id.source.Kind == sourcev1.OCIRepositoryKind {
		source = names.OCIRepositories
	}
	bundled := map[string]int32{names.Kustomizations: 1, source: 1}
	if spec.Notification != nil {
		bundled[names.Providers], bundled[names.Alerts] = 1, 1
	}
	list := spec.Quota.FluxInHome.resources(bundled)
	maps.Copy(list, spec.Quota.inHome())
	maps.Copy(list, quantities("persistentvolumeclaims", "0", "count/ingresses.networking.k8s.io", "0"))
	if spec.HomeWorkloads {
		maps.Copy(list, quantities("services.nodeports", "0", "services.loadbalancers", "0"))
	} else {
		maps.Copy(list, quantities("pods", "0", "services", "0"))
	}
	return list
}

// subjects are the tenant GitOps reconciler as RBAC names it.
func (id identity) subjects() []rbacv1.Subject {
	return []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: id.home, Name: id.account}}
}
