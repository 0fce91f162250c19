package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// TenantResource puts objects, spec.resources, into the namespaces of the tenant that
// its own namespace belongs to. It is for tenants and acts with the privileges of
// spec.serviceAccount, an account of its namespace; [AllowAsController] allows none.
// See also [GlobalTenantResource].
//
// An empty spec.resyncPeriod becomes [DefaultResyncPeriod].
//
// See https://projectcapsule.dev/docs/replications/tenant/
func TenantResource(metadata metav1.ObjectMeta, spec capsulev1beta2.TenantResourceSpec, allow ...Allowance) (*capsulev1beta2.TenantResource, error) {
	completeReplication(&spec.TenantResourceCommonSpec)
	resource := &capsulev1beta2.TenantResource{TypeMeta: typeMeta("TenantResource"), ObjectMeta: metadata, Spec: spec}
	return finish(resource, allow)
}

func validateTenantResource(spec *field.Path, resource *capsulev1beta2.TenantResourceSpec, allow allowances) field.ErrorList {
	var errs field.ErrorList
	account := spec.Child("serviceAccount")
	if resource.ServiceAccount != nil {
		errs = append(errs, validate.Label(account.Child("name"), resource.ServiceAccount.Name.String())...)
	} else {
		errs = append(errs, refuseController(account, allow)...)
	}
	return append(errs, validateReplication(spec, &resource.TenantResourceCommonSpec, api.ResourceScopeNamespace, allow)...)
}
