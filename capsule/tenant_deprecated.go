//lint:file-ignore SA1019 what is deprecated in Capsule is here, and marked so.

package capsule

import (
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/api/rules"
)

// Owners adds owners to the Tenant itself. Capsule still takes them, but the
// Tenant then has to change whenever they do.
//
// Deprecated: Use [MatchOwners] and [TenantOwner].
type Owners rbac.OwnerListSpec

// ApplyToTenant appends to spec.owners.
func (o Owners) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.Owners = append(tenant.Spec.Owners, rbac.OwnerListSpec(o).DeepCopy()...)
	return nil
}

// ResourceQuotas are quotas of the tenant, or of each of its namespaces.
//
// Deprecated: Use [Quota].
type ResourceQuotas api.ResourceQuotaSpec

// ApplyToTenant sets spec.resourceQuotas.
func (r ResourceQuotas) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.ResourceQuotaSpec(r)
	tenant.Spec.ResourceQuota = *spec.DeepCopy()
	return nil
}

// ServiceOptions are what the tenant's Services may and must be.
//
// Deprecated: Use [Metadata], and [ServiceTypes] in a [Deny].
type ServiceOptions api.ServiceOptions

// ApplyToTenant sets spec.serviceOptions.
func (s ServiceOptions) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.ServiceOptions(s)
	tenant.Spec.ServiceOptions = spec.DeepCopy()
	return nil
}

// PodOptions are labels and annotations of the tenant's pods.
//
// Deprecated: Use [Metadata].
type PodOptions api.PodOptions

// ApplyToTenant sets spec.podOptions.
func (p PodOptions) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.PodOptions(p)
	tenant.Spec.PodOptions = spec.DeepCopy()
	return nil
}

// ContainerRegistries are the registries that the tenant's images may come from.
//
// Deprecated: Use [Registries] in an [Allow].
type ContainerRegistries api.AllowedListSpec

// ApplyToTenant sets spec.containerRegistries.
func (c ContainerRegistries) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.AllowedListSpec(c)
	tenant.Spec.ContainerRegistries = spec.DeepCopy()
	return nil
}

// ImagePullPolicies are how the tenant's images may be pulled: Always,
// IfNotPresent, Never.
//
// Deprecated: Use [Registries] in an [Allow], whose entries have policies.
type ImagePullPolicies []rules.ImagePullPolicySpec

// ApplyToTenant appends to spec.imagePullPolicies.
func (i ImagePullPolicies) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.ImagePullPolicies = append(tenant.Spec.ImagePullPolicies, i...)
	return nil
}

// NetworkPolicies are NetworkPolicies of each of the tenant's namespaces.
//
// Deprecated: Use [GlobalTenantResource].
type NetworkPolicies api.NetworkPolicySpec

// ApplyToTenant sets spec.networkPolicies.
func (n NetworkPolicies) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.NetworkPolicySpec(n)
	tenant.Spec.NetworkPolicies = *spec.DeepCopy()
	return nil
}

// LimitRanges are LimitRanges of each of the tenant's namespaces.
//
// Deprecated: Use [GlobalTenantResource].
type LimitRanges api.LimitRangesSpec

// ApplyToTenant sets spec.limitRanges.
func (l LimitRanges) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.LimitRangesSpec(l)
	tenant.Spec.LimitRanges = *spec.DeepCopy()
	return nil
}

// AllowedHostnamesRegexp matches host names that the tenant's Ingresses may
// have, wherever in the name it is found.
//
// Deprecated: Capsule will remove it. Use [AllowedHostnames], or [Hostnames] in
// an [Allow].
type AllowedHostnamesRegexp string

// ApplyToTenant sets spec.ingressOptions.allowedHostnames.allowedRegex.
func (a AllowedHostnamesRegexp) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	allowedHostnames(tenant).Regex = string(a)
	return nil
}

// NamespaceMetadata are labels and annotations of the tenant's namespaces. They
// may hold {{tenant.name}} and {{namespace}}.
//
// Deprecated: Use [Metadata] for the kind Namespace.
type NamespaceMetadata api.AdditionalMetadataSpec

// ApplyToTenant sets spec.namespaceOptions.additionalMetadata.
func (n NamespaceMetadata) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := api.AdditionalMetadataSpec(n)
	namespaceOptions(tenant).AdditionalMetadata = spec.DeepCopy()
	return nil
}

// NamespaceMetadataList adds labels and annotations of those of the tenant's
// namespaces that each entry selects.
//
// Deprecated: Use [Metadata] for the kind Namespace, and [Namespaces].
type NamespaceMetadataList []api.AdditionalMetadataSelectorSpec

// ApplyToTenant appends to spec.namespaceOptions.additionalMetadataList.
func (n NamespaceMetadataList) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	options := namespaceOptions(tenant)
	for i := range n {
		options.AdditionalMetadataList = append(options.AdditionalMetadataList, *n[i].DeepCopy())
	}
	return nil
}

// RequiredNamespaceMetadata are labels and annotations that the tenant's
// namespaces must have, each with an expression for its value.
//
// Deprecated: Use [Metadata] for the kind Namespace, with required values.
type RequiredNamespaceMetadata capsulev1beta2.RequiredMetadata

// ApplyToTenant sets spec.namespaceOptions.requiredMetadata.
func (r RequiredNamespaceMetadata) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	spec := capsulev1beta2.RequiredMetadata(r)
	namespaceOptions(tenant).RequiredMetadata = spec.DeepCopy()
	return nil
}

// ForbiddenNamespaceLabels are labels that the tenant's owners cannot set on
// their namespaces.
//
// Deprecated: Use [Metadata] for the kind Namespace, in a [Deny].
type ForbiddenNamespaceLabels api.ForbiddenListSpec

// ApplyToTenant sets spec.namespaceOptions.forbiddenLabels.
func (f ForbiddenNamespaceLabels) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	namespaceOptions(tenant).ForbiddenLabels = api.ForbiddenListSpec{Exact: slices.Clone(f.Exact), Regex: f.Regex}
	return nil
}

// ForbiddenNamespaceAnnotations are annotations that the tenant's owners cannot
// set on their namespaces.
//
// Deprecated: Use [Metadata] for the kind Namespace, in a [Deny].
type ForbiddenNamespaceAnnotations api.ForbiddenListSpec

// ApplyToTenant sets spec.namespaceOptions.forbiddenAnnotations.
func (f ForbiddenNamespaceAnnotations) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	namespaceOptions(tenant).ForbiddenAnnotations = api.ForbiddenListSpec{Exact: slices.Clone(f.Exact), Regex: f.Regex}
	return nil
}
