package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A TenantOwnerOption sets something on a [TenantOwner].
type TenantOwnerOption interface {
	ApplyToTenantOwner(*capsulev1beta2.TenantOwner) error
}

// TenantOwnerFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type TenantOwnerFunc func(*capsulev1beta2.TenantOwner) error

// ApplyToTenantOwner calls f.
func (f TenantOwnerFunc) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error {
	if f == nil {
		return nil
	}
	return f(owner)
}

// TenantOwner makes the subject, a [User], [Group] or [ServiceAccount], an owner
// of the tenants whose [MatchOwners] selects its labels. Unless [Aggregate] says
// otherwise Capsule also counts it among its users, without which its requests
// pass Capsule's webhooks unseen. In every namespace of the tenants it holds
// Capsule's default roles, admin and capsule-namespace-deleter, unless
// [ClusterRoles] names others.
//
// See https://projectcapsule.dev/docs/tenants/permissions/
func TenantOwner(name string, subject rbac.UserSpec, opts ...TenantOwnerOption) (*capsulev1beta2.TenantOwner, error) {
	owner := &capsulev1beta2.TenantOwner{
		TypeMeta:   typeMeta("TenantOwner"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec:       capsulev1beta2.TenantOwnerSpec{CoreOwnerSpec: rbac.CoreOwnerSpec{UserSpec: subject}},
	}
	return build.WithOptions(owner, opts, TenantOwnerOption.ApplyToTenantOwner, validateTenantOwner)
}

// Aggregate tells whether the owner also counts among Capsule's users, as it
// does by default. Say false only for one that the CapsuleConfiguration names
// already.
type Aggregate bool

// ApplyToTenantOwner sets spec.aggregate.
func (a Aggregate) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error {
	owner.Spec.Aggregate = new(bool(a))
	return nil
}

// ClusterRoles adds ClusterRoles that the owner holds in every namespace of the
// tenant, in place of Capsule's default, admin and capsule-namespace-deleter.
// cluster-admin is not accepted here; see [ClusterAdmin].
type ClusterRoles []string

// ApplyToTenantOwner appends to spec.clusterRoles.
func (c ClusterRoles) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error {
	owner.Spec.ClusterRoles = append(owner.Spec.ClusterRoles, c...)
	for i, role := range c {
		if role == clusterAdmin {
			return field.Forbidden(field.NewPath("spec", "clusterRoles").Index(i),
				"cluster-admin makes the owner master of every object in its namespaces, Capsule's included; ask for it with ClusterAdmin")
		}
	}
	return nil
}

const clusterAdmin = "cluster-admin"

// ClusterAdmin adds cluster-admin to the roles that the owner holds in the
// tenant's namespaces, beside Capsule's defaults. It can then change there what
// the platform relies on: quotas, network policies, role bindings.
type ClusterAdmin bool

// ApplyToTenantOwner appends to spec.clusterRoles.
func (c ClusterAdmin) ApplyToTenantOwner(owner *capsulev1beta2.TenantOwner) error {
	if !c {
		return nil
	}
	if len(owner.Spec.ClusterRoles) == 0 {
		owner.Spec.ClusterRoles = []string{"admin", "capsule-namespace-deleter"}
	}
	owner.Spec.ClusterRoles = append(owner.Spec.ClusterRoles, clusterAdmin)
	return nil
}

func validateTenantOwner(owner *capsulev1beta2.TenantOwner) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(owner)
	errs = append(errs, ValidateSubject(spec, owner.Spec.UserSpec)...)
	for i, role := range owner.Spec.ClusterRoles {
		errs = append(errs, validate.RoleName(spec.Child("clusterRoles").Index(i), role)...)
	}
	return errs
}
