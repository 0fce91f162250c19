package tenant

import (
	"errors"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// An Object is a further object of a tenant.
//
// +kubebuilder:object:generate=false
type Object struct {
	// Object is an object of any kind that [Bundle.Add] accepts.
	Object client.Object

	// Position is where the object was read, for errors. It is zero if it was not read.
	Position manifest.Position
}

// DeepCopyInto copies the object into another.
func (o *Object) DeepCopyInto(into *Object) {
	*into = *o
	if !build.IsNil(o.Object) {
		into.Object = o.Object.DeepCopyObject().(client.Object)
	}
}

// Add adds copies of the objects to the bundle, which the platform applies. They get the tenant's
// shard, and the label [Label], which keeps the tenant from changing them. Objects of any kind can be
// added, if they are in the home namespace and do not leave the tenant; see [Bundle.Validate].
//
// If one of them is invalid, none is added. An object of the same kind and name
// as one of the bundle is invalid.
func (b *Bundle) Add(objects ...client.Object) error {
	if err := b.made(); err != nil {
		return err
	}
	further := make([]Object, len(objects))
	for i, obj := range objects {
		further[i].Object = obj
	}
	return b.add(further)
}

// add adds copies of the objects, or none if one is invalid. Errors have the
// positions of the objects that have one.
func (b *Bundle) add(objects []Object) error {
	if len(objects) == 0 {
		return nil
	}
	taken := b.taken()
	var added []client.Object
	var errs []error
	for _, further := range objects {
		obj, err := b.admit(further.Object, taken)
		if err != nil && further.Position != (manifest.Position{}) {
			err = fmt.Errorf("tenant %s: %w", b.id.tenant, &manifest.Error{Position: further.Position, Err: err})
		}
		added, errs = append(added, obj), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	b.added = append(b.added, added...)
	return nil
}

// admit returns a marked copy of an object that the bundle can add.
func (b *Bundle) admit(obj client.Object, taken map[objectID]bool) (client.Object, error) {
	if build.IsNil(obj) {
		return nil, b.invalid(field.Required(nil, "there is no object to add"))
	}
	if _, ok := obj.(*manifest.Encrypted); ok {
		return nil, b.invalidObject(obj, field.ErrorList{field.Forbidden(field.NewPath("sops"),
			"the label of the tenant would break the signature of SOPS: put the object into the tenant's repository")})
	}
	obj, err := b.marked(obj)
	if err != nil {
		return nil, err
	}
	return obj, b.check(obj, taken)
}

// marked returns a copy of an object with its kind and the platform's mark.
func (b *Bundle) marked(obj client.Object) (client.Object, error) {
	gvk, err := apiutil.GVKForObject(obj, scheme())
	if runtime.IsNotRegisteredError(err) {
		// An object of an unknown kind keeps the kind it has.
		gvk, err = obj.GetObjectKind().GroupVersionKind(), nil
	}
	if err != nil {
		return nil, err
	}
	obj = obj.DeepCopyObject().(client.Object)
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	obj.SetLabels(build.Merge(obj.GetLabels(), b.id.mark()))
	if b.id.shard != "" && isFlux(gvk.Group) {
		flux.Shard(obj, b.id.shard)
	}
	return obj, nil
}

// An objectID is unique in a bundle.
type objectID struct {
	kind            schema.GroupKind
	namespace, name string
}

func idOf(obj client.Object) objectID {
	return objectID{kindOf(obj), obj.GetNamespace(), obj.GetName()}
}

// taken returns the IDs of the bundle's objects.
func (b *Bundle) taken() map[objectID]bool {
	taken := map[objectID]bool{}
	for _, obj := range b.Objects() {
		taken[idOf(obj)] = true
	}
	return taken
}

// made returns an error for a bundle that [Build] has not made.
func (b *Bundle) made() error {
	if b == nil || b.id.tenant == "" {
		return b.invalid(field.Required(nil, "a bundle is made by tenant.Build"))
	}
	return nil
}

// invalid returns the error of a fault in the bundle as a whole.
func (b *Bundle) invalid(errs ...*field.Error) error {
	name := ""
	if b != nil {
		name = b.id.tenant
	}
	return build.Invalid(schema.GroupKind{Kind: "tenant.Bundle"}, name, errs)
}

// scheme is a Scheme that is never changed.
var scheme = sync.OnceValue(Scheme)
