package tenant

import (
	"errors"
	"reflect"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Add makes copies of the objects part of the bundle, and so of what the platform
// applies for the tenant: they get the tenant's shard, and the label [Label], which
// keeps the tenant from changing them. Objects of every kind can be added, as long as they are in the
// home namespace and nothing in them leaves the tenant; see [Bundle.Validate].
//
// If one of them is invalid, none is added. An object of the same kind and name
// as one of the bundle is invalid.
func (b *Bundle) Add(objects ...client.Object) error {
	if err := b.made(); err != nil {
		return err
	}
	taken := b.taken()
	var added []client.Object
	var errs []error
	for _, obj := range objects {
		if build.IsNil(obj) {
			errs = append(errs, b.invalid(field.Required(nil, "there is no object to add")))
			continue
		}
		obj, err := b.marked(obj)
		if err == nil {
			err = b.check(obj, taken)
		}
		added, errs = append(added, obj), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	b.added = append(b.added, added...)
	return nil
}

// marked returns a copy of an object with its kind and the platform's mark.
func (b *Bundle) marked(obj client.Object) (client.Object, error) {
	gvk, err := apiutil.GVKForObject(obj, scheme())
	if runtime.IsNotRegisteredError(err) {
		// Of a kind that this package does not know, with the kind it says it is.
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

// An objectID is what no two objects of a bundle share.
type objectID struct {
	kind            reflect.Type
	namespace, name string
}

func idOf(obj metav1.Object) objectID {
	return objectID{reflect.TypeOf(obj), obj.GetNamespace(), obj.GetName()}
}

// taken are the objects of the bundle.
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

// scheme is a Scheme that nobody changes.
var scheme = sync.OnceValue(Scheme)
