package tenant

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/names"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

// owners makes the Tenant and its owners, which it selects by label.
func (b *builder) owners() {
	spec := b.spec
	reconciler, err := b.owner(names.Of(spec.Name, spec.ServiceAccount),
		capsule.ServiceAccount(spec.Home, spec.ServiceAccount), nil)
	b.Note(err)
	b.bundle.Reconciler = reconciler

	for i, owner := range spec.Owners {
		name := names.Of(spec.Name, strings.ToLower(string(owner.Kind)), names.Part(owner.Name))
		obj, err := b.owner(name, rbac.UserSpec{Kind: owner.Kind, Name: owner.Name}, owner.ClusterRoles)
		b.Note(err, "spec", field.NewPath("owners").Index(i).String())
		b.bundle.Owners = append(b.bundle.Owners, obj)
	}

	opts := []capsule.TenantOption{
		capsule.Labels(b.labels),
		capsule.Annotations(spec.Annotations),
		capsule.MatchOwners{capsule.TenantLabel: spec.Name},
	}
	if spec.Quota.Namespaces > 0 {
		opts = append(opts, capsule.NamespaceQuota(spec.Quota.Namespaces))
	}
	if spec.ForceTenantPrefix != nil {
		opts = append(opts, capsule.ForceTenantPrefix(*spec.ForceTenantPrefix))
	}
	opts = append(opts, spec.tenantLimits()...)
	tenant, err := capsule.Tenant(spec.Name, opts...)
	b.Note(err)
	b.bundle.Tenant = tenant
}

func (b *builder) owner(name string, subject rbac.UserSpec, roles []string) (*capsulev1beta2.TenantOwner, error) {
	return capsule.TenantOwner(name, subject,
		capsule.Labels(b.labels),
		capsule.Labels{capsule.TenantLabel: b.spec.Name},
		capsule.Annotations(b.spec.Annotations),
		// Not capsule.ClusterRoles: the spec has decided about cluster-admin.
		capsule.TenantOwnerFunc(func(owner *capsulev1beta2.TenantOwner) error {
			owner.Spec.ClusterRoles = roles
			return nil
		}))
}
