package tenant

import (
	"errors"

	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Check lists what takes Flux objects out of the tenant: another account or
// access than the tenant's, references to other namespaces, namespaces of the
// platform as targets, a controller's own identity, transport without TLS. Nil
// means that there is nothing. The methods of the bundle that build objects
// check them already; Check is for those that come from elsewhere.
func (b *Bundle) Check(objects ...client.Object) error {
	var errs []error
	for _, obj := range objects {
		errs = append(errs, invalid(obj, b.escapes(obj)))
	}
	return errors.Join(errs...)
}

// bound builds an object with the options of the tenant first, and refuses what
// takes it out of the tenant, together with what its builder refuses.
func bound[T client.Object, O any](b *Bundle, inherit O, opts []O, option func(func(T) error) O, construct func([]O) (T, error)) (T, error) {
	var built T
	all := append([]O{inherit}, opts...)
	all = append(all, option(func(obj T) error {
		built = obj
		return nil
	}))
	obj, err := construct(all)
	escapes := b.escapes(built)
	if len(escapes) == 0 {
		return obj, err
	}
	var none T
	faults, rest := build.Faults(err)
	return none, errors.Join(invalid(built, append(faults, escapes...)), rest)
}

func invalid(obj client.Object, faults field.ErrorList) error {
	return build.Invalid(obj.GetObjectKind().GroupVersionKind().GroupKind(), obj.GetNamespace()+"/"+obj.GetName(), faults)
}

// home is the namespace of the tenant's Flux objects.
func (b *Bundle) home() string { return b.Kustomization.Namespace }

// inherit gives an object the labels and annotations of the tenant's own.
func (b *Bundle) inherit(obj client.Object) {
	obj.SetLabels(build.Merge(b.Kustomization.Labels))
	obj.SetAnnotations(build.Merge(b.Kustomization.Annotations))
}
