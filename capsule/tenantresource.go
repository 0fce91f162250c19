package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// TenantResource puts objects, spec.resources, into the namespaces of the tenant
// that its own namespace belongs to. It is a tool of tenants and acts with the
// privileges of spec.serviceAccount, an account of its namespace;
// [AllowAsController] allows none. See also [GlobalTenantResource].
//
// An empty spec.resyncPeriod becomes [DefaultResyncPeriod].
//
// See https://projectcapsule.dev/docs/replications/tenant/
func TenantResource(metadata metav1.ObjectMeta, spec capsulev1beta2.TenantResourceSpec, allow ...Allowance) (*capsulev1beta2.TenantResource, error) {
	completeReplication(&spec.TenantResourceCommonSpec)
	resource := &capsulev1beta2.TenantResource{TypeMeta: typeMeta("TenantResource"), ObjectMeta: metadata, Spec: spec}
	return build.Object(resource, validateTenantResource(resource, allow))
}

func validateTenantResource(resource *capsulev1beta2.TenantResource, allow allowances) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(resource)
	account := spec.Child("serviceAccount")
	if resource.Spec.ServiceAccount != nil {
		errs = append(errs, validate.Label(account.Child("name"), resource.Spec.ServiceAccount.Name.String())...)
	} else {
		errs = append(errs, refuseController(account, allow)...)
	}
	return append(errs, validateReplication(spec, &resource.Spec.TenantResourceCommonSpec, api.ResourceScopeNamespace, allow)...)
}
