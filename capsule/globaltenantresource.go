package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A GlobalTenantResourceOption sets something on a [GlobalTenantResource].
type GlobalTenantResourceOption interface {
	ApplyToGlobalTenantResource(*capsulev1beta2.GlobalTenantResource) error
}

// GlobalTenantResourceFunc is an option of one's own, for whatever has none
// here. What it sets is validated like the rest.
type GlobalTenantResourceFunc func(*capsulev1beta2.GlobalTenantResource) error

// ApplyToGlobalTenantResource calls f.
func (f GlobalTenantResourceFunc) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	if f == nil {
		return nil
	}
	return f(resource)
}

// GlobalTenantResource puts the objects of each [Replicate] into the namespaces
// of the tenants that [Tenants] or [EveryTenant] selects, and keeps them there.
// It acts with the privileges of the account given by [As].
//
// See https://projectcapsule.dev/docs/replications/global/
func GlobalTenantResource(name string, opts ...GlobalTenantResourceOption) (*capsulev1beta2.GlobalTenantResource, error) {
	resource := &capsulev1beta2.GlobalTenantResource{
		TypeMeta:   typeMeta("GlobalTenantResource"),
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: capsulev1beta2.GlobalTenantResourceSpec{
			TenantResourceCommonSpec: replication(),
			// The field is never omitted: left alone it is sent as "".
			Scope: api.ResourceScopeNamespace,
		},
	}
	permitted := permission{asController: asked[AsController](opts), everyTenant: asked[EveryTenant](opts)}
	return build.WithOptions(resource, opts, GlobalTenantResourceOption.ApplyToGlobalTenantResource, func(resource *capsulev1beta2.GlobalTenantResource) field.ErrorList {
		return validateGlobalTenantResource(resource, permitted)
	})
}

// As is the ServiceAccount in whose name a replication is applied. It needs
// permission for everything that is replicated, and to read what is copied.
type As struct {
	Namespace, Name string
}

// ApplyToGlobalTenantResource sets spec.serviceAccount.
func (a As) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.ServiceAccount = &meta.NamespacedRFC1123ObjectReferenceWithNamespace{
		Name: meta.RFC1123Name(a.Name), Namespace: meta.RFC1123SubdomainName(a.Namespace),
	}
	return nil
}

// AsController says that a replication without an account is meant to have none.
// Capsule then applies it as the CapsuleConfiguration's default account or, if
// that has none, with its own privileges, which are those of the cluster's
// administrator.
type AsController bool

// ApplyToGlobalTenantResource sets nothing: it is what Capsule does by itself.
func (a AsController) ApplyToGlobalTenantResource(*capsulev1beta2.GlobalTenantResource) error {
	return nil
}

// ApplyToTenantResource sets nothing: it is what Capsule does by itself.
func (a AsController) ApplyToTenantResource(*capsulev1beta2.TenantResource) error { return nil }

// Tenants selects the tenants of a replication by their labels. An empty
// selector is refused; see [EveryTenant].
type Tenants metav1.LabelSelector

// ApplyToGlobalTenantResource sets spec.tenantSelector.
func (t Tenants) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	selector := metav1.LabelSelector(t)
	resource.Spec.TenantSelector = *selector.DeepCopy()
	return nil
}

// TenantNamed selects the tenant of a replication by its name, which Capsule
// sets as a label.
func TenantNamed(name string) Tenants {
	return Tenants{MatchLabels: map[string]string{nameLabel: name}}
}

// EveryTenant says that a replication without [Tenants] is meant for all.
type EveryTenant bool

// ApplyToGlobalTenantResource sets nothing: to select no tenants is to select
// them all.
func (e EveryTenant) ApplyToGlobalTenantResource(*capsulev1beta2.GlobalTenantResource) error {
	return nil
}

// Scope is how often a GlobalTenantResource applies its objects: once for each
// namespace of each tenant (Namespace, the default), for each tenant (Tenant),
// or once in all (None). Only Namespace puts the objects into a namespace; with
// the others they say themselves where they belong, in metadata.namespace.
type Scope api.ResourceScope

// ApplyToGlobalTenantResource sets spec.scope.
func (s Scope) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.Scope = api.ResourceScope(s)
	return nil
}

// permission is what the caller asked for by name.
type permission struct {
	asController, everyTenant bool
}

func validateGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource, permitted permission) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.ClusterMeta(resource)
	account := spec.Child("serviceAccount")
	switch {
	case resource.Spec.ServiceAccount != nil:
		errs = append(errs, validate.Label(account.Child("name"), resource.Spec.ServiceAccount.Name.String())...)
		errs = append(errs, validate.Label(account.Child("namespace"), resource.Spec.ServiceAccount.Namespace.String())...)
		if permitted.asController {
			errs = append(errs, field.Forbidden(account, "AsController is to have no account: give one or the other"))
		}
	case !permitted.asController:
		errs = append(errs, field.Required(account, "without one Capsule acts with its own privileges; ask for that with AsController"))
	}
	errs = append(errs, validate.RequiredEnum(spec.Child("scope"), resource.Spec.Scope,
		api.ResourceScopeNamespace, api.ResourceScopeTenant, api.ResourceScopeNone)...)
	errs = append(errs, validateTenantSelector(spec.Child("tenantSelector"), resource, permitted.everyTenant)...)
	return append(errs, validateReplication(spec, &resource.Spec.TenantResourceCommonSpec, resource.Spec.Scope)...)
}

func validateTenantSelector(path *field.Path, resource *capsulev1beta2.GlobalTenantResource, everyTenant bool) field.ErrorList {
	selector := &resource.Spec.TenantSelector
	switch {
	case everyTenant && !empty(selector):
		return field.ErrorList{field.Forbidden(path, "EveryTenant is to select none: give one or the other")}
	case empty(selector) && !everyTenant && resource.Spec.Scope != api.ResourceScopeNone:
		return field.ErrorList{field.Required(path, "an empty selector is every tenant; ask for that with EveryTenant")}
	}
	return validateSelector(path, selector)
}
