package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A Bundle is every object of one tenant, as upstream's own types: change any field,
// and call [Bundle.Validate]. Objects that the Spec does not need are nil.
//
// It also remembers the tenant's account, access and home namespace from the Spec.
// The zero Bundle has no tenant, and its methods return an error.
type Bundle struct {
	// Namespace is the home namespace.
	Namespace *corev1.Namespace

	// HomeQuota keeps pods out of the home namespace, and limits how many objects of
	// Flux it holds. It comes last, so that it does not count the objects applied with
	// it: the API server refuses a counted kind with "status unknown for quota" until
	// kube-controller-manager knows the kind, up to some minutes after its
	// CustomResourceDefinition was created. Later applies update objects, and no quota
	// refuses an update.
	//
	// kustomize-controller applies a ResourceQuota before the objects of Flux. On a
	// cluster whose Flux is that new, the refusal is still possible. The Kustomization
	// that applies the bundle then retries after its retryInterval, and succeeds once
	// the quota counts.
	HomeQuota *corev1.ResourceQuota

	// ServiceAccount is the tenant GitOps reconciler.
	ServiceAccount *corev1.ServiceAccount

	// Reconciler makes the ServiceAccount an owner of the Tenant and a user of
	// Capsule.
	Reconciler *capsulev1beta2.TenantOwner

	// Owners are the owners besides the reconciler, in the order of the Spec.
	Owners []*capsulev1beta2.TenantOwner

	// Tenant is Capsule's Tenant, the set of namespaces that the tenant makes.
	Tenant *capsulev1beta2.Tenant

	// HomeRoleBinding lets the reconciler create Flux objects in its home namespace.
	HomeRoleBinding *rbacv1.RoleBinding

	// ImpersonatorRole and its binding let the reconciler impersonate itself at
	// Capsule Proxy, which asks for that as soon as Flux impersonates.
	ImpersonatorRole    *rbacv1.ClusterRole
	ImpersonatorBinding *rbacv1.ClusterRoleBinding

	// HomeImpersonatorRole and its binding let it do so at the API server, which checks
	// another resource than the proxy.
	HomeImpersonatorRole    *rbacv1.Role
	HomeImpersonatorBinding *rbacv1.RoleBinding

	// KubeConfig holds the address of the API server for tokenless access.
	KubeConfig *corev1.ConfigMap

	// Isolation keeps a LimitRange and a ResourceQuota in each of the tenant's
	// namespaces.
	Isolation *capsulev1beta2.GlobalTenantResource

	// GitRepository or OCIRepository is the tenant's source.
	GitRepository *sourcev1.GitRepository
	OCIRepository *sourcev1.OCIRepository

	// Kustomization applies the source in the reconciler's name.
	Kustomization *kustomizev1.Kustomization

	// Provider and Alert send the events of the tenant's objects somewhere.
	Provider *notificationv1beta3.Provider
	Alert    *notificationv1beta3.Alert

	id       identity
	added    []client.Object
	warnings []string
}

// Objects returns the objects in the order in which they can be applied one by one:
// the order of manifest.Sort, with HomeQuota last. They are not copies.
//
// To remove a tenant, delete the Kustomization first and wait until it is gone:
// it needs the rest to delete what it applied.
func (b *Bundle) Objects() []client.Object {
	objs := b.own()
	if len(b.added) > 0 {
		objs = append(objs, b.added...)
		manifest.Sort(objs)
	}
	return appendObject(objs, b.HomeQuota)
}

// own returns the objects of all fields except HomeQuota, in the order of
// manifest.Sort.
func (b *Bundle) own() []client.Object {
	objs := make([]client.Object, 0, 16+len(b.Owners)+len(b.added))
	objs = appendObject(objs, b.Namespace)
	objs = appendObject(objs, b.ImpersonatorRole)
	objs = appendObject(objs, b.ImpersonatorBinding)
	objs = appendObject(objs, b.ServiceAccount)
	objs = appendObject(objs, b.HomeImpersonatorRole)
	objs = appendObject(objs, b.HomeRoleBinding)
	objs = appendObject(objs, b.HomeImpersonatorBinding)
	objs = appendObject(objs, b.Reconciler)
	for _, owner := range b.Owners {
		objs = appendObject(objs, owner)
	}
	objs = appendObject(objs, b.Tenant)
	objs = appendObject(objs, b.KubeConfig)
	objs = appendObject(objs, b.Isolation)
	objs = appendObject(objs, b.GitRepository)
	objs = appendObject(objs, b.OCIRepository)
	objs = appendObject(objs, b.Kustomization)
	objs = appendObject(objs, b.Provider)
	objs = appendObject(objs, b.Alert)
	return objs
}

// appendObject leaves out a nil pointer, which would otherwise become an
// interface that is not nil.
func appendObject[T any, P interface {
	*T
	client.Object
}](objs []client.Object, obj P) []client.Object {
	if obj == nil {
		return objs
	}
	return append(objs, obj)
}
