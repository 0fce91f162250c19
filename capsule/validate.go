package capsule

import (
	"fmt"
	"reflect"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Validate checks an object of Capsule or Capsule Proxy as its builder does, for
// one that was changed or read. It sets no defaults: a field that the API server
// would default is required here. The object may be unstructured.
func Validate(obj runtime.Object, allow ...Allowance) error {
	if isNil(obj) {
		return build.Invalid(schema.GroupKind{}, "", field.ErrorList{field.Required(field.NewPath("kind"), "there is no object")})
	}
	if object, ok := obj.(*unstructured.Unstructured); ok {
		typed, err := fromUnstructured(object)
		if err != nil {
			return err
		}
		obj = typed
	}
	switch obj := obj.(type) {
	case *capsulev1beta2.CapsuleConfiguration:
		return check(obj, validateCapsuleConfiguration(obj, allow))
	case *capsulev1beta2.CustomQuota:
		return check(obj, validateCustomQuota(obj))
	case *capsulev1beta2.GlobalCustomQuota:
		return check(obj, validateGlobalCustomQuota(obj, allow))
	case *capsulev1beta2.GlobalResourceQuota:
		return check(obj, validateGlobalResourceQuota(obj))
	case *capsulev1beta2.GlobalTenantResource:
		return check(obj, validateGlobalTenantResource(obj, allow))
	case *capsulev1beta2.ResourcePool:
		return check(obj, validateResourcePool(obj))
	case *capsulev1beta2.ResourcePoolClaim:
		return check(obj, validateResourcePoolClaim(obj))
	case *capsulev1beta2.Tenant:
		return check(obj, validateTenant(obj, allow))
	case *capsulev1beta2.TenantOwner:
		return check(obj, validateTenantOwner(obj, allow))
	case *capsulev1beta2.TenantResource:
		return check(obj, validateTenantResource(obj, allow))
	case *proxyv1beta1.GlobalProxySettings:
		return check(obj, validateGlobalProxySettings(obj, allow))
	case *proxyv1beta1.ProxySetting:
		return check(obj, validateProxySetting(obj, allow))
	}
	return unknownKind(obj)
}

func isNil(obj runtime.Object) bool {
	if obj == nil {
		return true
	}
	value := reflect.ValueOf(obj)
	return value.Kind() == reflect.Pointer && value.IsNil()
}

// check returns errs as the error that names obj, together with what is wrong
// with its kind. An object that was read by a client may come without one.
func check(obj build.Instance, errs field.ErrorList) error {
	kinds, _, err := scheme().ObjectKinds(obj)
	if err != nil {
		return err
	}
	want, got := kinds[0], obj.GetObjectKind().GroupVersionKind()
	if got != want && !got.Empty() {
		errs = append(errs, field.Invalid(field.NewPath("kind"), got.String(), fmt.Sprintf("must be %s for a %T", want, obj)))
	}
	if len(errs) == 0 {
		return nil
	}
	named := obj.DeepCopyObject().(build.Instance)
	named.GetObjectKind().SetGroupVersionKind(want)
	return build.Check(named, errs)
}

func fromUnstructured(object *unstructured.Unstructured) (runtime.Object, error) {
	typed, err := scheme().New(object.GroupVersionKind())
	if err != nil {
		return nil, unknownKind(object)
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, typed); err != nil {
		return nil, build.Check(object, field.ErrorList{field.Invalid(field.NewPath("spec"), "", err.Error())})
	}
	return typed, nil
}

func unknownKind(obj runtime.Object) error {
	gvk := obj.GetObjectKind().GroupVersionKind()
	value, name := gvk.String(), ""
	if gvk.Empty() {
		value = fmt.Sprintf("%T", obj)
	}
	if object, ok := obj.(build.Instance); ok {
		name = object.GetName()
	}
	return build.Invalid(gvk.GroupKind(), name, field.ErrorList{
		field.Invalid(field.NewPath("kind"), value, "must be a kind of Capsule or Capsule Proxy that this package builds"),
	})
}
