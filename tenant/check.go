package tenant

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Validate checks every object of the bundle as it is now: that the CRDs, the
// webhooks and the controllers accept it, that it is in the home namespace, and that
// it does not leave the tenant. An object leaves the tenant by an account or access
// other than the tenant's, by a reference to another namespace, by a target in a
// namespace of the platform, by a controller's own identity, or by transport without
// TLS.
//
// The tenant is the one of the Spec, even if the objects were changed. The errors
// name the objects and list every invalid field; apierrors.IsInvalid holds for them.
func (b *Bundle) Validate() error {
	if err := b.made(); err != nil {
		return err
	}
	taken := map[objectID]bool{}
	var errs []error
	for _, obj := range b.Objects() {
		if build.IsNil(obj) {
			errs = append(errs, b.invalid(field.Required(nil, "an object of the bundle is nil")))
			continue
		}
		errs = append(errs, b.check(obj, taken))
	}
	return errors.Join(errs...)
}

// check validates one object of the bundle, and records its name.
func (b *Bundle) check(obj client.Object, taken map[objectID]bool) error {
	errs, err := b.faults(obj)
	errs = append(errs, b.placed(obj)...)
	errs = append(errs, b.named(obj)...)
	errs = append(errs, b.id.leaves(obj)...)
	if id := idOf(obj); taken[id] {
		errs = append(errs, duplicate(obj))
	} else {
		taken[id] = true
	}
	return errors.Join(b.invalidObject(obj, errs), err)
}

// faults lists what its kind's own rules find wrong with an object.
func (b *Bundle) faults(obj client.Object) (field.ErrorList, error) {
	switch group := groupOf(obj); {
	case isFlux(group):
		errs, err := build.Faults(flux.Validate(obj))
		return append(errs, expressions.Validate(field.NewPath("spec"), obj)...), err
	case group == capsulev1beta2.GroupVersion.Group:
		return build.Faults(capsule.Validate(obj, append(b.id.allowances(), capsule.AllowAsController)...))
	case obj.GetNamespace() == "" && !namespaced(obj):
		return validate.ClusterMeta(obj), nil
	}
	return validate.NamespacedMeta(obj), nil
}

// namespaced reports whether an object is of a kind that is known to have a
// namespace.
func namespaced(obj client.Object) bool {
	kind := kindOf(obj)
	return !names.ClusterScoped(kind) && len(scheme().VersionsForGroupKind(kind)) > 0
}

// placed checks that an object is in the home namespace, if in any, carries the
// platform's mark, and is in the tenant's shard if it is Flux's.
func (b *Bundle) placed(obj client.Object) field.ErrorList {
	metadata := field.NewPath("metadata")
	var errs field.ErrorList
	if namespace := obj.GetNamespace(); namespace != "" && namespace != b.id.home {
		errs = append(errs, field.Invalid(metadata.Child("namespace"), namespace, "must be the tenant's home namespace, "+b.id.home))
	}
	if mark := obj.GetLabels()[names.TenantLabel]; mark != b.id.tenant {
		errs = append(errs, field.Invalid(metadata.Child("labels").Key(names.TenantLabel), mark, "must be the tenant's name, "+b.id.tenant))
	}
	if shard := obj.GetLabels()[flux.ShardKey]; shard != b.id.shard && isFlux(groupOf(obj)) {
		errs = append(errs, field.Invalid(metadata.Child("labels").Key(flux.ShardKey), shard, fmt.Sprintf("must be the tenant's shard, %q", b.id.shard)))
	}
	return errs
}

// named checks that the objects by which a tenant is known have its names.
func (b *Bundle) named(obj client.Object) field.ErrorList {
	var want string
	switch obj {
	case client.Object(b.Namespace):
		want = b.id.home
	case client.Object(b.ServiceAccount):
		want = b.id.account
	case client.Object(b.Tenant):
		want = b.id.tenant
	default:
		return nil
	}
	if got := obj.GetName(); got != want {
		return field.ErrorList{field.Invalid(field.NewPath("metadata", "name"), got, "must stay "+want)}
	}
	return nil
}

// isFlux reports whether a group is one of Flux's.
func isFlux(group string) bool { return strings.HasSuffix(group, ".toolkit.fluxcd.io") }

func duplicate(obj client.Object) *field.Error {
	err := field.Duplicate(field.NewPath("metadata", "name"), obj.GetName())
	err.Detail = "the bundle has an object of this kind and name"
	return err
}

func groupOf(obj client.Object) string { return kindOf(obj).Group }

// kindOf returns the kind of an object by its Go type, or what it says itself if the
// type is of no kind.
func kindOf(obj client.Object) schema.GroupKind {
	if gvks, _, err := scheme().ObjectKinds(obj); err == nil {
		return gvks[0].GroupKind()
	}
	return obj.GetObjectKind().GroupVersionKind().GroupKind()
}

func (b *Bundle) invalidObject(obj client.Object, errs field.ErrorList) error {
	gvk := obj.GetObjectKind().GroupVersionKind()
	if gvk.Empty() {
		if gvks, _, err := scheme().ObjectKinds(obj); err == nil {
			gvk = gvks[0]
		}
	}
	name := obj.GetName()
	if namespace := obj.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return build.Invalid(gvk.GroupKind(), name, errs)
}
