package apply

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// An Action is what Apply would do with an object.
type Action string

// The actions.
const (
	Added   Action = "added"
	Changed Action = "changed"
	Removed Action = "removed"
)

// A Change is an object that Apply would add, change or remove.
type Change struct {
	// Object names the object.
	Object Object

	// Action is what would happen.
	Action Action

	// Fields are the paths of the changed fields of an existing object, such as
	// "spec.path".
	Fields []string

	// Before is the object in the cluster, nil if it would be added.
	Before *unstructured.Unstructured

	// After is the object after the change, nil if it would be removed. Neither has a
	// status, or the metadata that the API server sets. The values of Secrets are
	// redacted in both.
	After *unstructured.Unstructured
}

// Changes are the changes that Apply would make; there are none if the cluster is up
// to date.
type Changes []Change

// Diff returns what [Apply] would change, by a dry run: defaults, admission webhooks
// and policies included. Nothing is changed.
func Diff(ctx context.Context, c client.Client, bundle *tenant.Bundle) (Changes, error) {
	plan, err := newPlan(ctx, c, bundle)
	if err != nil {
		return nil, err
	}
	var changes Changes
	var errs []error
	for _, obj := range plan.objects {
		change, err := diffOne(ctx, c, obj)
		if err != nil {
			errs = append(errs, fmt.Errorf("dry run of %s: %w", nameOf(obj), err))
		}
		if change != nil {
			changes = append(changes, *change)
		}
	}
	for _, obj := range plan.gone {
		before, err := get(ctx, c, obj.Object)
		if err != nil {
			errs = append(errs, fmt.Errorf("get %s: %w", obj.Object, err))
		} else if before != nil {
			changes = append(changes, redacted(Change{Object: obj.Object, Action: Removed, Before: plain(before)}))
		}
	}
	return changes, errors.Join(errs...)
}

// diffOne returns the change of an object, or nil.
func diffOne(ctx context.Context, c client.Client, obj client.Object) (*Change, error) {
	name := nameOf(obj)
	before, err := get(ctx, c, name)
	if err != nil {
		return nil, err
	}
	after, err := desired(obj)
	if err != nil {
		return nil, err
	}
	err = c.Apply(ctx, client.ApplyConfigurationFromUnstructured(after), client.FieldOwner(Manager), client.ForceOwnership, client.DryRunAll)
	if before == nil {
		if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
			err = nil // the namespace, or the kind, is not there yet
		}
		change := redacted(Change{Object: name, Action: Added, After: plain(after)})
		return &change, err
	}
	if err != nil {
		return nil, err
	}
	change := Change{Object: name, Action: Changed, Before: plain(before), After: plain(after)}
	if change.Fields = fields(change.Before.Object, change.After.Object); len(change.Fields) == 0 {
		return nil, nil
	}
	change = redacted(change)
	return &change, nil
}

// get returns an object from the cluster, or nil.
func get(ctx context.Context, c client.Client, name Object) (*unstructured.Unstructured, error) {
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(name.Kind)
	err := c.Get(ctx, name.Key, obj)
	if apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil
	}
	return obj, err
}
