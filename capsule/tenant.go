package capsule

import (
	"encoding/json"
	"maps"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A TenantOption sets something on a [Tenant].
type TenantOption interface {
	ApplyToTenant(*capsulev1beta2.Tenant) error
}

// TenantFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type TenantFunc func(*capsulev1beta2.Tenant) error

// ApplyToTenant calls f.
func (f TenantFunc) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	if f == nil {
		return nil
	}
	return f(tenant)
}

// Tenant groups namespaces that the same people and machines own. Its name is a
// DNS-1123 label, since it becomes the value of a label and, with
// [ForceTenantPrefix], the prefix of the namespaces' names.
//
// See https://projectcapsule.dev/docs/tenants/
func Tenant(name string, opts ...TenantOption) (*capsulev1beta2.Tenant, error) {
	tenant := &capsulev1beta2.Tenant{
		TypeMeta:   typeMeta("Tenant"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: capsulev1beta2.TenantSpec{
			// The field is never omitted: left alone it is sent as null.
			Data: apiextensionsv1.JSON{Raw: []byte("{}")},
		},
	}
	return build.WithOptions(tenant, opts, TenantOption.ApplyToTenant, validateTenant)
}

// MatchOwners makes owners of every [TenantOwner] that carries all the labels.
// Given more than once, one match is enough.
//
// Capsule also matches the label [TenantLabel] by itself, but notices changes
// of those it matches that way only when the Tenant changes.
type MatchOwners map[string]string

// ApplyToTenant appends to spec.permissions.matchOwners.
func (m MatchOwners) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	if len(m) == 0 {
		return field.Required(field.NewPath("spec", "permissions", "matchOwners"),
			"MatchOwners without a label would make an owner of every TenantOwner")
	}
	permissions := &tenant.Spec.Permissions
	permissions.MatchOwners = append(permissions.MatchOwners, &metav1.LabelSelector{MatchLabels: maps.Clone(m)})
	return nil
}

// NamespaceQuota is how many namespaces the tenant may have, at least 1.
type NamespaceQuota int32

// ApplyToTenant sets spec.namespaceOptions.quota.
func (n NamespaceQuota) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	namespaceOptions(tenant).Quota = new(int32(n))
	return nil
}

// ForceTenantPrefix tells whether the names of the tenant's namespaces must
// start with its own name and a dash. Without it the CapsuleConfiguration's
// forceTenantPrefix decides.
type ForceTenantPrefix bool

// ApplyToTenant sets spec.forceTenantPrefix.
func (f ForceTenantPrefix) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.ForceTenantPrefix = new(bool(f))
	return nil
}

// Cordoned freezes a tenant, whose owners can then change nothing, or a
// replication, which then neither applies nor deletes.
type Cordoned bool

// ApplyToTenant sets spec.cordoned.
func (c Cordoned) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.Cordoned = bool(c)
	return nil
}

// PreventDeletion makes Capsule refuse to delete the Tenant, with which all its
// namespaces would go.
type PreventDeletion bool

// ApplyToTenant sets spec.preventDeletion.
func (p PreventDeletion) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.PreventDeletion = bool(p)
	return nil
}

// NodeSelector puts the tenant's pods on the nodes that carry all the labels.
type NodeSelector map[string]string

// ApplyToTenant adds to spec.nodeSelector.
func (n NodeSelector) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.NodeSelector = build.Merge(tenant.Spec.NodeSelector, n)
	return nil
}

// AdditionalRoleBinding gives a ClusterRole to subjects in every namespace of
// the tenant or, as part of a [Grant], in some. A ServiceAccount is named by its
// bare name and its namespace, not by its user name. Given more than once, it
// adds up. cluster-admin is not accepted here; see [ClusterAdminBinding].
type AdditionalRoleBinding rbac.AdditionalRoleBindingsSpec

// ApplyToTenant appends to spec.additionalRoleBindings.
func (a AdditionalRoleBinding) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	binding := rbac.AdditionalRoleBindingsSpec(a)
	path := field.NewPath("spec", "additionalRoleBindings").Index(len(tenant.Spec.AdditionalRoleBindings))
	tenant.Spec.AdditionalRoleBindings = append(tenant.Spec.AdditionalRoleBindings, *binding.DeepCopy())
	if a.ClusterRoleName == clusterAdmin {
		return forbiddenBinding(path.Child("clusterRoleName"))
	}
	return nil
}

// ClusterAdminBinding gives cluster-admin to the subjects in every namespace of
// the tenant. They can then change there what the platform relies on: quotas,
// network policies, role bindings.
type ClusterAdminBinding []rbacv1.Subject

// ApplyToTenant appends to spec.additionalRoleBindings.
func (c ClusterAdminBinding) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	tenant.Spec.AdditionalRoleBindings = append(tenant.Spec.AdditionalRoleBindings,
		rbac.AdditionalRoleBindingsSpec{ClusterRoleName: clusterAdmin, Subjects: slices.Clone(c)})
	return nil
}

func forbiddenBinding(path *field.Path) error {
	return field.Forbidden(path, "cluster-admin makes its subjects masters of every object in the tenant's namespaces, Capsule's included; ask for it with ClusterAdminBinding")
}

// Data adds values about the tenant that templates of replications can use, as
// tenant.spec.data. They must be what JSON can say.
type Data map[string]any

// ApplyToTenant sets spec.data.
func (d Data) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	raw, err := json.Marshal(map[string]any(d))
	if err != nil {
		return field.Invalid(field.NewPath("spec", "data"), "", err.Error())
	}
	tenant.Spec.Data = apiextensionsv1.JSON{Raw: raw}
	return nil
}

// ManagedMetadataOnly makes Capsule remove from the tenant's namespaces the
// labels and annotations that the Tenant does not ask for.
type ManagedMetadataOnly bool

// ApplyToTenant sets spec.namespaceOptions.managedMetadataOnly.
func (m ManagedMetadataOnly) ApplyToTenant(tenant *capsulev1beta2.Tenant) error {
	namespaceOptions(tenant).ManagedMetadataOnly = bool(m)
	return nil
}

func namespaceOptions(tenant *capsulev1beta2.Tenant) *capsulev1beta2.NamespaceOptions {
	if tenant.Spec.NamespaceOptions == nil {
		tenant.Spec.NamespaceOptions = &capsulev1beta2.NamespaceOptions{}
	}
	return tenant.Spec.NamespaceOptions
}
