package capsule

import (
	"cmp"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// GlobalTenantResource puts objects, spec.resources, into the namespaces of the
// tenants that spec.tenantSelector selects, and restores them. [RawItems] makes the
// rawItems of a resource, [TenantNamed] a selector.
//
// It acts with the privileges of spec.serviceAccount, which needs permission to write
// all replicated objects and to read the copied ones. [AllowAsController] allows
// none, [AllowEveryTenant] an empty selector.
//
// An empty spec.resyncPeriod becomes [DefaultResyncPeriod], an empty spec.scope
// Namespace: the objects are applied once for each namespace of each tenant. Tenant
// applies them once for each tenant, None once overall; with these two the objects
// need a metadata.namespace.
//
// See https://projectcapsule.dev/docs/replications/global/
func GlobalTenantResource(metadata metav1.ObjectMeta, spec capsulev1beta2.GlobalTenantResourceSpec, allow ...Allowance) (*capsulev1beta2.GlobalTenantResource, error) {
	completeReplication(&spec.TenantResourceCommonSpec)
	// The field is never omitted: left empty it is sent as "".
	spec.Scope = cmp.Or(spec.Scope, api.ResourceScopeNamespace)
	resource := &capsulev1beta2.GlobalTenantResource{TypeMeta: typeMeta("GlobalTenantResource"), ObjectMeta: metadata, Spec: spec}
	return finish(resource, allow)
}

func validateGlobalTenantResource(spec *field.Path, resource *capsulev1beta2.GlobalTenantResourceSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	account := spec.Child("serviceAccount")
	if resource.ServiceAccount != nil {
		errs = append(errs, validate.Label(account.Child("name"), resource.ServiceAccount.Name.String())...)
		errs = append(errs, validate.Label(account.Child("namespace"), resource.ServiceAccount.Namespace.String())...)
	} else {
		errs = append(errs, refuseController(account, allow)...)
	}
	errs = append(errs, validate.RequiredEnum(spec.Child("scope"), resource.Scope,
		api.ResourceScopeNamespace, api.ResourceScopeTenant, api.ResourceScopeNone)...)
	selector := spec.Child("tenantSelector")
	if empty(&resource.TenantSelector) && resource.Scope != api.ResourceScopeNone && !allow.has(AllowEveryTenant) {
		errs = append(errs, field.Required(selector, "an empty selector selects every tenant; AllowEveryTenant allows it"))
	}
	errs = append(errs, validateSelector(selector, &resource.TenantSelector)...)
	return append(errs, validateReplication(spec, &resource.TenantResourceCommonSpec, resource.Scope, allow)...)
}

func refuseController(path *field.Path, allow allowances) field.ErrorList {
	if allow.has(AllowAsController) {
		return nil
	}
	return field.ErrorList{field.Required(path, "without one Capsule acts with its own privileges; AllowAsController allows it")}
}
