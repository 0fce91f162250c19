package tenant

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// An identity says which objects belong to a tenant. A bundle keeps the Spec's
// identity apart from its objects, which the caller may change.
type identity struct {
	tenant, home, account string

	kubeConfig  *meta.KubeConfigReference // nil for impersonation only
	source      kustomizev1.CrossNamespaceSourceReference
	interval    metav1.Duration
	shard       string
	labels      map[string]string // without the platform's mark
	annotations map[string]string

	allowClusterAdmin bool
	limits            tenancy.Limits
	homeWorkloads     bool
}

func newIdentity(spec Spec) identity {
	kind := sourcev1.GitRepositoryKind
	if !spec.OCI.IsZero() {
		kind = sourcev1.OCIRepositoryKind
	}
	return identity{
		tenant:            spec.Name,
		home:              spec.Home,
		account:           spec.ServiceAccount,
		kubeConfig:        spec.Access.Reference(spec.ServiceAccount),
		source:            kustomizev1.CrossNamespaceSourceReference{Kind: kind, Name: spec.Name},
		interval:          spec.Interval,
		shard:             spec.Shard,
		labels:            build.Merge(spec.Labels),
		annotations:       build.Merge(spec.Annotations),
		allowClusterAdmin: spec.AllowClusterAdmin,
		limits:            tenancy.Limits{AllowInsecure: spec.AllowInsecure, AllowSecretDecryption: spec.AllowSecretDecryption, AllowProxy: spec.AllowProxy},
		homeWorkloads:     spec.HomeWorkloads,
	}
}

// meta returns the metadata of an object that the platform makes for the tenant, with
// new maps.
func (id identity) meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace:   namespace,
		Name:        name,
		Labels:      build.Merge(id.labels, id.mark()),
		Annotations: build.Merge(id.annotations),
	}
}

// ownMeta returns the metadata of an object that the tenant makes in its home
// namespace. It has no mark, since only the platform may change a marked object.
func (id identity) ownMeta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace:   id.home,
		Name:        name,
		Labels:      build.Merge(id.labels),
		Annotations: build.Merge(id.annotations),
	}
}

func (id identity) mark() map[string]string {
	return map[string]string{names.TenantLabel: id.tenant}
}

// reference returns the tenant's access as a value that shares no memory with
// the identity.
func (id identity) reference() *meta.KubeConfigReference { return id.kubeConfig.DeepCopy() }

// leaves lists the fields that take an object out of the tenant.
func (id identity) leaves(obj client.Object) field.ErrorList {
	return tenancy.Check(obj, tenancy.Identity{
		Namespace:     id.home,
		Account:       id.account,
		KubeConfig:    id.kubeConfig,
		HomeWorkloads: id.homeWorkloads,
		Limits:        id.limits,
	})
}
