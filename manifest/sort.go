package manifest

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Sort puts objects into the order in which to apply them: what others need
// comes first. Objects of one stage stay in the order they have.
//
//  1. CustomResourceDefinition, Namespace, ClusterRole, the classes
//     (StorageClass, PriorityClass, ...), ClusterRoleBinding, ResourceQuota,
//     ServiceAccount, Role, RoleBinding
//  2. Capsule's CapsuleConfiguration, TenantOwner, Tenant: an owner exists
//     before the tenant that it owns
//  3. ConfigMap, Secret, Service, LimitRange
//  4. every kind not named here
//  5. Flux: sources, then Kustomization and HelmRelease, image automation,
//     notification
//  6. webhook configurations and admission policies, which would otherwise
//     stand in the way of the rest
//
// Stages 1 and 3, and the webhooks at the end, are those of Flux itself
// (ReconcileOrder in github.com/fluxcd/pkg/ssa), with which Helm's InstallOrder
// and kustomize's legacy order agree where it matters. Deleting goes the other
// way round.
func Sort[O runtime.Object](objects []O) {
	slices.SortStableFunc(objects, func(a, b O) int {
		return cmp.Compare(stage(a), stage(b))
	})
}

// stage returns the place of an object's kind in the order.
func stage(obj runtime.Object) int {
	if isNil(obj) {
		return others
	}
	gk := obj.GetObjectKind().GroupVersionKind().GroupKind()
	if i, ok := stages[gk]; ok {
		return i
	}
	return others
}

const (
	rbac      = "rbac.authorization.k8s.io"
	capsule   = "capsule.clastix.io"
	sources   = "source.toolkit.fluxcd.io"
	kustomize = "kustomize.toolkit.fluxcd.io"
	helm      = "helm.toolkit.fluxcd.io"
	image     = "image.toolkit.fluxcd.io"
	notify    = "notification.toolkit.fluxcd.io"
	admission = "admissionregistration.k8s.io"
)

var order = []schema.GroupKind{
	{Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition"},
	{Kind: "Namespace"},
	{Group: rbac, Kind: "ClusterRole"},
	{Group: "cluster.x-k8s.io", Kind: "ClusterClass"},
	{Group: "node.k8s.io", Kind: "RuntimeClass"},
	{Group: "scheduling.k8s.io", Kind: "PriorityClass"},
	{Group: "storage.k8s.io", Kind: "StorageClass"},
	{Group: "snapshot.storage.k8s.io", Kind: "VolumeSnapshotClass"},
	{Group: "networking.k8s.io", Kind: "IngressClass"},
	{Group: "gateway.networking.k8s.io", Kind: "GatewayClass"},
	{Group: rbac, Kind: "ClusterRoleBinding"},
	{Kind: "ResourceQuota"},
	{Kind: "ServiceAccount"},
	{Group: rbac, Kind: "Role"},
	{Group: rbac, Kind: "RoleBinding"},
	{Group: capsule, Kind: "CapsuleConfiguration"},
	{Group: capsule, Kind: "TenantOwner"},
	{Group: capsule, Kind: "Tenant"},
	{Kind: "ConfigMap"},
	{Kind: "Secret"},
	{Kind: "Service"},
	{Kind: "LimitRange"},

	{}, // every kind not named here

	{Group: sources, Kind: "GitRepository"},
	{Group: sources, Kind: "OCIRepository"},
	{Group: sources, Kind: "Bucket"},
	{Group: sources, Kind: "HelmRepository"},
	{Group: sources, Kind: "HelmChart"},
	{Group: sources, Kind: "ExternalArtifact"},
	{Group: kustomize, Kind: "Kustomization"},
	{Group: helm, Kind: "HelmRelease"},
	{Group: image, Kind: "ImageRepository"},
	{Group: image, Kind: "ImagePolicy"},
	{Group: image, Kind: "ImageUpdateAutomation"},
	{Group: notify, Kind: "Provider"},
	{Group: notify, Kind: "Alert"},
	{Group: notify, Kind: "Receiver"},
	{Group: admission, Kind: "MutatingWebhookConfiguration"},
	{Group: admission, Kind: "ValidatingWebhookConfiguration"},
	{Group: admission, Kind: "MutatingAdmissionPolicy"},
	{Group: admission, Kind: "MutatingAdmissionPolicyBinding"},
	{Group: admission, Kind: "ValidatingAdmissionPolicy"},
	{Group: admission, Kind: "ValidatingAdmissionPolicyBinding"},
}

var stages, others = func() (map[schema.GroupKind]int, int) {
	m := make(map[schema.GroupKind]int, len(order))
	for i, gk := range order {
		m[gk] = i
	}
	return m, m[schema.GroupKind{}]
}()
