package capsule

import (
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Validate reports every fault of obj, which must be a pointer to one of the
// kinds that have a constructor, or an unstructured object of one: the same faults
// for which the constructor returns an error. The error satisfies IsInvalid of
// k8s.io/apimachinery/pkg/api/errors.
//
// It sets no defaults: what the constructor fills in is required here. The TypeMeta
// may be empty, as in an object that was read with a typed client. The status is
// ignored.
func Validate(obj runtime.Object, allow ...Allowance) error {
	if build.IsNil(obj) {
		return build.Invalid(schema.GroupKind{}, "", field.ErrorList{field.Required(nil, "there is no object")})
	}
	if object, ok := obj.(*unstructured.Unstructured); ok {
		typed, err := fromUnstructured(object)
		if err != nil {
			return err
		}
		obj = typed
	}
	instance, ok := obj.(build.Instance)
	if !ok {
		return unknownKind(obj)
	}
	errs, known := faults(instance, allow)
	if !known {
		return unknownKind(obj)
	}
	return check(instance, errs)
}

// finish returns a copy of the object, or the error that lists all its faults.
func finish[T build.Instance](obj T, allow []Allowance) (T, error) {
	errs, _ := faults(obj, allow)
	return build.Object(obj, errs)
}

// faults lists every fault of an object, and reports whether its type is one of
// those that have a constructor.
func faults(obj build.Instance, allow allowances) (errs field.ErrorList, known bool) {
	spec := field.NewPath("spec")
	switch obj := obj.(type) {
	case *capsulev1beta2.CapsuleConfiguration:
		errs = append(validate.ClusterMeta(obj), validateCapsuleConfiguration(spec, &obj.Spec, allow)...)
	case *capsulev1beta2.CustomQuota:
		errs = append(validate.NamespacedMeta(obj), validateCustomQuota(spec, &obj.Spec)...)
	case *capsulev1beta2.GlobalCustomQuota:
		errs = append(validate.ClusterMeta(obj), validateGlobalCustomQuota(spec, &obj.Spec, allow)...)
	case *capsulev1beta2.GlobalResourceQuota:
		errs = append(validateLabelValue(obj), validateGlobalResourceQuota(spec, &obj.Spec)...)
	case *capsulev1beta2.GlobalTenantResource:
		errs = append(validate.ClusterMeta(obj), validateGlobalTenantResource(spec, &obj.Spec, allow)...)
	case *capsulev1beta2.ResourcePool:
		errs = append(validateLabelValue(obj), validateResourcePool(spec, &obj.Spec)...)
	case *capsulev1beta2.ResourcePoolClaim:
		errs = append(validate.NamespacedMeta(obj), validateResourcePoolClaim(spec, &obj.Spec)...)
	case *capsulev1beta2.Tenant:
		errs = append(validateTenantMeta(obj), validateTenant(spec, obj.Name, &obj.Spec, allow)...)
	case *capsulev1beta2.TenantOwner:
		errs = append(validate.ClusterMeta(obj), validateTenantOwner(spec, &obj.Spec, allow)...)
	case *capsulev1beta2.TenantResource:
		errs = append(validate.NamespacedMeta(obj), validateTenantResource(spec, &obj.Spec, allow)...)
	case *proxyv1beta1.GlobalProxySettings:
		errs = append(validate.ClusterMeta(obj), validateGlobalProxySettings(spec, &obj.Spec, allow)...)
	case *proxyv1beta1.ProxySetting:
		errs = append(validate.NamespacedMeta(obj), validateProxySetting(spec, &obj.Spec, allow)...)
	default:
		return nil, false
	}
	return errs, true
}

// validateLabelValue checks the metadata of a cluster-scoped object whose name
// Capsule makes the value of a label.
func validateLabelValue(obj build.Instance) field.ErrorList {
	errs := validate.ClusterMeta(obj)
	if name := obj.GetName(); len(errs) == 0 && len(name) > validation.LabelValueMaxLength {
		errs = append(errs, field.TooLong(field.NewPath("metadata", "name"), name, validation.LabelValueMaxLength))
	}
	return errs
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
