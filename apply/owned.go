package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// appliers are the kinds of Flux that apply something in the tenant's name. They
// delete it when they are deleted, and need the rest for that.
var appliers = kinds("kustomize.toolkit.fluxcd.io/v1", "Kustomization", "helm.toolkit.fluxcd.io/v2", "HelmRelease")

// feeders are Flux's other kinds.
var feeders = kinds(
	"source.toolkit.fluxcd.io/v1", "GitRepository", "source.toolkit.fluxcd.io/v1", "OCIRepository",
	"source.toolkit.fluxcd.io/v1", "Bucket", "source.toolkit.fluxcd.io/v1", "HelmRepository", "source.toolkit.fluxcd.io/v1", "HelmChart",
	"image.toolkit.fluxcd.io/v1", "ImageRepository", "image.toolkit.fluxcd.io/v1", "ImagePolicy", "image.toolkit.fluxcd.io/v1", "ImageUpdateAutomation",
	"notification.toolkit.fluxcd.io/v1beta3", "Alert", "notification.toolkit.fluxcd.io/v1beta3", "Provider", "notification.toolkit.fluxcd.io/v1", "Receiver",
)

// tenancies are Capsule's kinds, which own the tenant's namespaces.
var tenancies = kinds("capsule.clastix.io/v1beta2", "GlobalTenantResource", "capsule.clastix.io/v1beta2", "Tenant")

// foundations are the kinds that the others need, in the order in which they can be
// applied.
var foundations = kinds(
	"v1", "Namespace",
	"rbac.authorization.k8s.io/v1", "ClusterRole", "rbac.authorization.k8s.io/v1", "ClusterRoleBinding",
	"v1", "ServiceAccount",
	"rbac.authorization.k8s.io/v1", "Role", "rbac.authorization.k8s.io/v1", "RoleBinding",
	"capsule.clastix.io/v1beta2", "TenantOwner",
	"v1", "ConfigMap", "v1", "ResourceQuota", "v1", "LimitRange",
)

// allKinds are the kinds that are searched for a bundle's objects, in the order in
// which they can be applied. Secrets are left out: Apply never deletes one.
var allKinds = slices.Concat(foundations, tenancies, feeders, appliers)

func kinds(pairs ...string) []schema.GroupVersionKind {
	var list []schema.GroupVersionKind
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, schema.FromAPIVersionAndKind(pair[0], pair[1]))
	}
	return list
}

// existing is an object that the cluster has.
type existing struct {
	Object
	uid types.UID
}

// ownedBy returns the tenant's objects of these kinds that Manager has applied, in
// the order of the kinds. Kinds that the cluster does not have are left out.
func ownedBy(ctx context.Context, c client.Client, tenantName string, kinds []schema.GroupVersionKind) ([]existing, error) {
	if tenantName == "" {
		return nil, errors.New("the tenant has no name")
	}
	var owned []existing
	var errs []error
	for _, kind := range kinds {
		items, err := list(ctx, c, kind, client.MatchingLabels{tenant.Label: tenantName})
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, item := range items {
			if appliedByManager(item.ManagedFields) {
				owned = append(owned, existing{Object{kind, client.ObjectKeyFromObject(&item)}, item.UID})
			}
		}
	}
	return owned, errors.Join(errs...)
}

// list returns the metadata of objects, none of a kind that the cluster does not have.
func list(ctx context.Context, c client.Client, kind schema.GroupVersionKind, opts ...client.ListOption) ([]metav1.PartialObjectMetadata, error) {
	var found metav1.PartialObjectMetadataList
	found.SetGroupVersionKind(kind.GroupVersion().WithKind(kind.Kind + "List"))
	if err := c.List(ctx, &found, opts...); err != nil {
		if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	return found.Items, nil
}

func appliedByManager(fields []metav1.ManagedFieldsEntry) bool {
	return slices.ContainsFunc(fields, func(entry metav1.ManagedFieldsEntry) bool {
		return entry.Manager == Manager && entry.Operation == metav1.ManagedFieldsOperationApply
	})
}

// delete deletes the object, unless it is gone or another object has its name now.
func (e existing) delete(ctx context.Context, c client.Client) error {
	obj := &metav1.PartialObjectMetadata{}
	obj.SetGroupVersionKind(e.Kind)
	obj.Namespace, obj.Name = e.Key.Namespace, e.Key.Name
	err := c.Delete(ctx, obj, client.Preconditions{UID: &e.uid}, client.PropagationPolicy(metav1.DeletePropagationBackground))
	if err == nil || apierrors.IsNotFound(err) {
		return nil
	}
	return fmt.Errorf("delete %s: %w", e.Object, err)
}
