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

// A TenantResourceOption sets something on a [TenantResource].
type TenantResourceOption interface {
	ApplyToTenantResource(*capsulev1beta2.TenantResource) error
}

// TenantResourceFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type TenantResourceFunc func(*capsulev1beta2.TenantResource) error

// ApplyToTenantResource calls f.
func (f TenantResourceFunc) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	if f == nil {
		return nil
	}
	return f(resource)
}

// TenantResource puts the objects of each [Replicate] into the namespaces of the
// tenant that its own namespace belongs to. It is a tenant's tool, which acts as
// the account of its namespace given by [AccountName].
//
// See https://projectcapsule.dev/docs/replications/tenant/
func TenantResource(namespace, name string, opts ...TenantResourceOption) (*capsulev1beta2.TenantResource, error) {
	resource := &capsulev1beta2.TenantResource{
		TypeMeta:   typeMeta("TenantResource"),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       capsulev1beta2.TenantResourceSpec{TenantResourceCommonSpec: replication()},
	}
	asController := asked[AsController](opts)
	return build.WithOptions(resource, opts, TenantResourceOption.ApplyToTenantResource, func(resource *capsulev1beta2.TenantResource) field.ErrorList {
		return validateTenantResource(resource, asController)
	})
}

// AccountName is the ServiceAccount, in the TenantResource's namespace, in whose
// name it is applied.
type AccountName string

// ApplyToTenantResource sets spec.serviceAccount.
func (a AccountName) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.ServiceAccount = &meta.LocalRFC1123ObjectReference{Name: meta.RFC1123Name(a)}
	return nil
}

func validateTenantResource(resource *capsulev1beta2.TenantResource, asController bool) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(resource)
	account := spec.Child("serviceAccount")
	switch {
	case resource.Spec.ServiceAccount != nil:
		errs = append(errs, validate.Label(account.Child("name"), resource.Spec.ServiceAccount.Name.String())...)
		if asController {
			errs = append(errs, field.Forbidden(account, "AsController is to have no account: give one or the other"))
		}
	case !asController:
		errs = append(errs, field.Required(account, "without one Capsule acts with its own privileges; ask for that with AsController"))
	}
	return append(errs, validateReplication(spec, &resource.Spec.TenantResourceCommonSpec, api.ResourceScopeNamespace)...)
}
