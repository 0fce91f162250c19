package apply

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Apply validates a bundle, applies its objects one by one in their order by
// server-side apply, and deletes the tenant's objects that are no longer part of it,
// which it returns. It takes fields over from other managers.
//
// A bundle with another home namespace than the tenant has is an error, and nothing
// is changed: deleting the old home would delete what Flux applied for the tenant. If
// an object cannot be applied, the others are still applied, and none is deleted.
func Apply(ctx context.Context, c client.Client, bundle *tenant.Bundle) (removed []Object, err error) {
	plan, err := newPlan(ctx, c, bundle)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, obj := range plan.objects {
		if err := applyOne(ctx, c, obj); err != nil {
			errs = append(errs, fmt.Errorf("apply %s: %w", nameOf(obj), err))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	for _, obj := range plan.gone {
		if err := obj.delete(ctx, c); err != nil {
			errs = append(errs, err)
			continue
		}
		removed = append(removed, obj.Object)
	}
	return removed, errors.Join(errs...)
}

// A plan lists the changes that Apply makes and Diff shows.
type plan struct {
	objects []client.Object // to apply, in this order
	gone    []existing      // no longer part of the bundle, in the order to delete them in
}

// newPlan compares a bundle with the tenant's objects in the cluster.
func newPlan(ctx context.Context, c client.Client, bundle *tenant.Bundle) (plan, error) {
	if err := bundle.Validate(); err != nil {
		return plan{}, err
	}
	p := plan{objects: bundle.Objects()}
	owned, err := ownedBy(ctx, c, p.objects[0].GetLabels()[tenant.Label], allKinds)
	if err != nil {
		return plan{}, err
	}
	if err := checkHome(owned, bundle); err != nil {
		return plan{}, err
	}
	part := map[id]bool{}
	for _, obj := range p.objects {
		part[idOf(nameOf(obj))] = true
	}
	for _, obj := range slices.Backward(owned) {
		if !part[idOf(obj.Object)] {
			p.gone = append(p.gone, obj)
		}
	}
	return p, nil
}

func applyOne(ctx context.Context, c client.Client, obj client.Object) error {
	content, err := desired(obj)
	if err != nil {
		return err
	}
	return c.Apply(ctx, client.ApplyConfigurationFromUnstructured(content), client.FieldOwner(Manager), client.ForceOwnership)
}

// checkHome rejects a change of the home namespace.
func checkHome(owned []existing, bundle *tenant.Bundle) error {
	for _, obj := range owned {
		if obj.Kind.Kind == "Namespace" && obj.Key.Name != bundle.Namespace.Name {
			return fmt.Errorf("the tenant's home namespace is %s, not %s: remove the tenant first", obj.Key.Name, bundle.Namespace.Name)
		}
	}
	return nil
}

// An id identifies an object, regardless of its API version.
type id struct {
	group, kind string
	key         client.ObjectKey
}

func idOf(o Object) id { return id{o.Kind.Group, o.Kind.Kind, o.Key} }
