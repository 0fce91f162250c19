package flux

import (
	"slices"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/notification"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// An Allowance names an input that the constructors and [Validate] then accept, and
// otherwise reject. The object works, but a tenant should rarely have it.
type Allowance string

const (
	// AllowAnySigner accepts a cosign verification that names neither a key nor an
	// identity: an artifact with any signature is accepted.
	AllowAnySigner Allowance = "AnySigner"

	// AllowEveryNamespace accepts an empty selector in spec.accessFrom, which
	// selects every namespace.
	AllowEveryNamespace Allowance = "EveryNamespace"

	// AllowTokenInAddress accepts a token in spec.address of a Provider, where everybody
	// who may read the Provider can read it.
	AllowTokenInAddress Allowance = "TokenInAddress"
)

// allowances are the caller's allowances.
type allowances []Allowance

func (a allowances) has(one Allowance) bool { return slices.Contains(a, one) }

// Validate reports every fault of obj, which must be a pointer to one of the
// kinds that have a constructor: the same faults for which the constructor
// returns an error. The error satisfies IsInvalid of
// k8s.io/apimachinery/pkg/api/errors.
//
// The TypeMeta may be empty, as in an object that was read with a typed client. The
// status is ignored.
func Validate(obj runtime.Object, allow ...Allowance) error {
	if build.IsNil(obj) {
		return build.Invalid(schema.GroupKind{}, "", field.ErrorList{field.Required(field.NewPath("object"), "")})
	}
	instance, ok := obj.(Object)
	if !ok {
		return unknown(obj, "")
	}
	errs, ok := faults(instance, allow)
	if !ok {
		return unknown(obj, instance.GetName())
	}
	gvk := typeOf(obj)
	errs = append(validateType(gvk, obj.GetObjectKind().GroupVersionKind()), errs...)
	return build.Invalid(gvk.GroupKind(), instance.GetNamespace()+"/"+instance.GetName(), errs)
}

func unknown(obj runtime.Object, name string) error {
	return build.Invalid(schema.GroupKind{Kind: kindOf(obj)}, name, field.ErrorList{
		field.NotSupported(field.NewPath("kind"), kindOf(obj), sortedKeys(groupVersions)),
	})
}

// validateType compares the TypeMeta, if there is one, with the Go type.
func validateType(want, got schema.GroupVersionKind) field.ErrorList {
	if got.Empty() {
		return nil
	}
	var errs field.ErrorList
	if got.GroupVersion() != want.GroupVersion() {
		errs = append(errs, field.NotSupported(field.NewPath("apiVersion"), got.GroupVersion().String(), []string{want.GroupVersion().String()}))
	}
	if got.Kind != want.Kind {
		errs = append(errs, field.NotSupported(field.NewPath("kind"), got.Kind, []string{want.Kind}))
	}
	return errs
}

// finish returns a copy of the object, or the error that lists all its faults.
func finish[T build.Instance](obj T, allow []Allowance) (T, error) {
	errs, _ := faults(obj, allow)
	return build.Object(obj, errs)
}

// faults lists every fault of an object, and reports whether its type is one of
// those that have a constructor.
func faults(obj Object, allow allowances) (errs field.ErrorList, known bool) {
	name, spec := field.NewPath("metadata", "name"), field.NewPath("spec")
	switch obj := obj.(type) {
	case *sourcev1.GitRepository:
		errs = validateGitRepository(spec, obj)
	case *sourcev1.OCIRepository:
		errs = validateOCIRepository(spec, &obj.Spec, allow)
	case *sourcev1.Bucket:
		errs = validateBucket(spec, &obj.Spec)
	case *sourcev1.HelmRepository:
		errs = validateHelmRepository(spec, &obj.Spec, allow)
	case *sourcev1.HelmChart:
		errs = validateHelmChart(spec, &obj.Spec, allow)
	case *sourcev1.ExternalArtifact:
		errs = validateExternalArtifact(spec, &obj.Spec)
	case *kustomizev1.Kustomization:
		errs = append(validateOwnerLabel(name, obj.Name), validateKustomization(spec, obj)...)
	case *helmv2.HelmRelease:
		errs = append(validateReleaseObjectName(name, obj), validateHelmRelease(spec, obj, allow)...)
	case *notificationv1beta3.Provider:
		errs = notification.ValidateProvider(spec, &obj.Spec, allow.has(AllowTokenInAddress))
	case *notificationv1beta3.Alert:
		errs = notification.ValidateAlert(spec, &obj.Spec)
	case *notificationv1.Receiver:
		errs = validateReceiver(spec, &obj.Spec)
	case *reflectorv1.ImageRepository:
		errs = validateImageRepository(spec, &obj.Spec, allow)
	case *reflectorv1.ImagePolicy:
		errs = validateImagePolicy(spec, &obj.Spec)
	case *automationv1.ImageUpdateAutomation:
		errs = validateImageUpdateAutomation(spec, &obj.Spec)
	default:
		return nil, false
	}
	return append(validate.NamespacedMeta(obj), errs...), true
}
