package fleet

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A PlatformBundle is every object of the platform, as upstream's own types: change
// any field. Objects that the Platform does not need are nil.
type PlatformBundle struct {
	// CapsuleNamespace is where Capsule and Capsule Proxy run.
	CapsuleNamespace *corev1.Namespace

	// CapsuleChart and CapsuleRelease install Capsule.
	CapsuleChart   *sourcev1.OCIRepository
	CapsuleRelease *helmv2.HelmRelease

	// ProxyChart and ProxyRelease install Capsule Proxy, after Capsule.
	ProxyChart   *sourcev1.OCIRepository
	ProxyRelease *helmv2.HelmRelease

	// HomeRole is the role of the tenants' reconcilers in their home namespaces.
	HomeRole *rbacv1.ClusterRole

	// Policies are tenant.AdmissionPolicies.
	Policies []tenant.Policy

	// Renewal makes and renews kubeconfig Secrets. It is not part of Infrastructure: its
	// bindings are in the tenants' home namespaces.
	Renewal *renewal.Bundle

	// Clusters has the objects that differ between clusters.
	Clusters []ClusterBundle
}

// A ClusterBundle has the objects with which Flux on one cluster applies the tree.
type ClusterBundle struct {
	// Name is the name of the cluster.
	Name string

	// GitRepository or OCIRepository is the source of the tree.
	GitRepository *sourcev1.GitRepository
	OCIRepository *sourcev1.OCIRepository

	// Sync applies clusters/<name>: Flux itself and the Kustomizations below.
	Sync *kustomizev1.Kustomization

	// Infrastructure applies infrastructure and waits until it is ready.
	Infrastructure *kustomizev1.Kustomization

	// Tenants applies the Kustomizations of the tenants' groups, after the
	// infrastructure.
	Tenants *kustomizev1.Kustomization

	// Renewal applies the renewal of the tenants' kubeconfigs, after the tenants.
	Renewal *kustomizev1.Kustomization
}

// Infrastructure returns the objects that are the same on every cluster, in the
// order in which they can be applied one by one.
func (p *PlatformBundle) Infrastructure() []client.Object {
	var objs []client.Object
	objs = appendObject(objs, p.CapsuleNamespace)
	objs = appendObject(objs, p.HomeRole)
	objs = appendObject(objs, p.CapsuleChart)
	objs = appendObject(objs, p.ProxyChart)
	objs = appendObject(objs, p.CapsuleRelease)
	objs = appendObject(objs, p.ProxyRelease)
	for _, policy := range p.Policies {
		objs = append(objs, policy.Objects()...)
	}
	return objs
}

// Objects returns the objects of the cluster, in the order in which they can be
// applied one by one.
func (c *ClusterBundle) Objects() []client.Object {
	var objs []client.Object
	objs = appendObject(objs, c.GitRepository)
	objs = appendObject(objs, c.OCIRepository)
	objs = appendObject(objs, c.Sync)
	objs = appendObject(objs, c.Infrastructure)
	objs = appendObject(objs, c.Tenants)
	objs = appendObject(objs, c.Renewal)
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
