package tenant

import (
	"errors"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// An Owner owns the tenant beside its reconciler.
//
// +kubebuilder:object:generate=true
type Owner struct {
	// Kind is User, Group or ServiceAccount.
	Kind rbac.OwnerKind `json:"kind"`

	// Name is the owner's name at the API server; for a ServiceAccount
	// system:serviceaccount:<namespace>:<name>.
	//
	// +kubebuilder:validation:MinLength=1
	Name string `json:"name"`

	// ClusterRoles are bound to the owner in every namespace of the tenant. The default
	// is Capsule's: admin and capsule-namespace-deleter.
	//
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:Pattern=`^[^/%]+$`
	ClusterRoles []string `json:"clusterRoles,omitempty"`
}

// owners builds the Tenant's owners, which it selects by label.
type owners struct {
	reconciler *capsulev1beta2.TenantOwner
	others     []*capsulev1beta2.TenantOwner // in the order of the Spec
}

func ownerObjects(id identity, list []Owner) (owners, error) {
	reconciler, err := ownerObject(id, names.Of(id.tenant, id.account), Owner{
		Kind: rbac.ServiceAccountOwner, Name: names.User(id.home, id.account),
	})
	objects, errs := owners{reconciler: reconciler}, []error{err}
	for _, owner := range list {
		name := names.Of(id.tenant, strings.ToLower(string(owner.Kind)), names.Part(owner.Name))
		other, err := ownerObject(id, name, owner)
		objects.others, errs = append(objects.others, other), append(errs, err)
	}
	return objects, errors.Join(errs...)
}

func ownerObject(id identity, name string, owner Owner) (*capsulev1beta2.TenantOwner, error) {
	metadata := id.meta("", name)
	metadata.Labels[names.OwnerLabel] = id.tenant
	return capsule.TenantOwner(metadata, capsulev1beta2.TenantOwnerSpec{
		CoreOwnerSpec: rbac.CoreOwnerSpec{
			UserSpec:     rbac.UserSpec{Kind: owner.Kind, Name: owner.Name},
			ClusterRoles: owner.ClusterRoles,
		},
	}, id.allowances()...)
}

// allowances are the options that the spec accepts by name.
func (id identity) allowances() []capsule.Allowance {
	if id.allowClusterAdmin {
		return []capsule.Allowance{capsule.AllowClusterAdmin}
	}
	return nil
}
