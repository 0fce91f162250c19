package tenant

import (
	"errors"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Label is on every object of a bundle, with the name of the tenant. It is Flux's
// convention (`flux create tenant` sets it). The admission policies of this package
// use it: only the platform may change an object that carries it.
const Label = names.TenantLabel

// Build builds every object of the tenant. The error lists every invalid field
// of the spec with its path; apierrors.IsInvalid holds for it. The same spec
// gives the same objects, and they share no memory with it.
func Build(spec Spec) (*Bundle, error) {
	spec = spec.withDefaults()
	if errs := spec.validate(); len(errs) > 0 {
		return nil, build.Invalid(schema.GroupKind{Kind: "tenant.Spec"}, spec.Name, errs)
	}
	id := newIdentity(spec)
	home := homeObjects(id, spec)
	impersonation := impersonationObjects(id, spec.Access)
	// An error here should have been found by the spec's validation.
	owners, err1 := ownerObjects(id, spec.Owners)
	tenant, err2 := tenantObject(id, spec)
	isolation, err3 := isolationObject(id, spec)
	delivery, err4 := deliveryObjects(id, spec)
	provider, alert, err5 := notificationObjects(id, spec)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return nil, err
	}
	bundle := &Bundle{
		Namespace:               home.namespace,
		HomeQuota:               home.quota,
		ServiceAccount:          home.account,
		HomeRoleBinding:         home.binding,
		Reconciler:              owners.reconciler,
		Owners:                  owners.others,
		Tenant:                  tenant,
		ImpersonatorRole:        impersonation.role,
		ImpersonatorBinding:     impersonation.binding,
		HomeImpersonatorRole:    impersonation.homeRole,
		HomeImpersonatorBinding: impersonation.homeBinding,
		Isolation:               isolation,
		KubeConfig:              delivery.kubeConfig,
		GitRepository:           delivery.git,
		OCIRepository:           delivery.oci,
		Kustomization:           delivery.kustomization,
		Provider:                provider,
		Alert:                   alert,
		id:                      id,
		warnings:                spec.warnings(),
	}
	if err := bundle.add(spec.Objects); err != nil {
		return nil, err
	}
	if spec.Leaving {
		bundle.Leave()
	}
	return bundle, nil
}
