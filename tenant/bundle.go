package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// A Bundle is every object of one tenant, as upstream's own types: change any
// field, and call [Bundle.Validate]. Those that the Spec did not ask for are nil.
//
// Beside its objects it remembers whose they are: the tenant's account, access
// and home namespace, as the Spec said them. The zero Bundle is nobody's, and its
// methods return an error.
type Bundle struct {
	// Namespace is the home namespace.
	Namespace *corev1.Namespace

	// HomeQuota keeps pods out of the home namespace, and limits how many objects
	// of Flux it holds. It comes last, so that it does not count what it is applied
	// with: the API server refuses a counted kind with "status unknown for quota"
	// until kube-controller-manager knows the kind, which can take some minutes
	// after its CustomResourceDefinition is new. Later applies update objects, and
	// no quota refuses an update.
	//
	// kustomize-controller has an order of its own, in which a ResourceQuota comes
	// before the objects of Flux. There the refusal stays possible on a cluster
	// whose Flux is that new. The Kustomization that applies the bundle then tries
	// again after its retryInterval, and succeeds once the quota counts.
	HomeQuota *corev1.ResourceQuota

	// ServiceAccount is the tenant GitOps reconciler.
	ServiceAccount *corev1.ServiceAccount

	// Reconciler makes the ServiceAccount an owner of the Tenant and a user of
	// Capsule.
	Reconciler *capsulev1beta2.TenantOwner

	// Owners are those beside the reconciler, in the order of the Spec.
	Owners []*capsulev1beta2.TenantOwner

	// Tenant is Capsule's, the set of the namespaces that the tenant makes.
	Tenant *capsulev1beta2.Tenant

	// HomeRoleBinding lets the reconciler put Flux objects into its home
	// namespace.
	HomeRoleBinding *rbacv1.RoleBinding

	// ImpersonatorRole and its binding let the reconciler impersonate itself at
	// Capsule Proxy, which asks for that as soon as Flux impersonates.
	ImpersonatorRole    *rbacv1.ClusterRole
	ImpersonatorBinding *rbacv1.ClusterRoleBinding

	// HomeImpersonatorRole and its binding let it do so at the API server itself,
	// which asks for another resource than the proxy does.
	HomeImpersonatorRole    *rbacv1.Role
	HomeImpersonatorBinding *rbacv1.RoleBinding

	// KubeConfig tells Flux where the API server is when access is tokenless.
	KubeConfig *corev1.ConfigMap

	// Isolation keeps a LimitRange and a ResourceQuota in each of the tenant's
	// namespaces.
	Isolation *capsulev1beta2.GlobalTenantResource

	// GitRepository or OCIRepository is the tenant's source.
	GitRepository *sourcev1.GitRepository
	OCIRepository *sourcev1.OCIRepository

	// Kustomization applies the source in the reconciler's name.
	Kustomization *kustomizev1.Kustomization

	id       identity
	added    []client.Object
	warnings []string
}

// Objects returns the objects in the order in which they can be applied one by
// one: that of manifest.Sort, except that HomeQuota is last. They are the bundle's
// own, not copies.
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

// own returns the objects of the fields but HomeQuota, in the order of
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
