package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/meta"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Status is the state of the bundle's objects that a controller reconciles: the
// Tenant, Capsule's replications, and all Flux objects.
type Status []ObjectStatus

// An ObjectStatus is the state of one object.
type ObjectStatus struct {
	// Object names the object.
	Object Object

	// State is kstatus's state: Current means ready, and NotFound means missing.
	State status.Status

	// Message is the controller's message, or says what is missing.
	Message string
}

// Ready reports whether every object is.
func (s Status) Ready() bool {
	for _, object := range s {
		if object.State != status.CurrentStatus {
			return false
		}
	}
	return true
}

// String lists the objects that are not ready, separated by semicolons. It is empty
// if all are ready.
func (s Status) String() string {
	var parts []string
	for _, object := range s {
		if object.State != status.CurrentStatus {
			parts = append(parts, fmt.Sprintf("%s: %s: %s", object.Object, object.State, object.Message))
		}
	}
	return strings.Join(parts, "; ")
}

// Ready reads the state of a bundle's objects, in the order of
// [tenant.Bundle.Objects]. A suspended Flux object that was ready counts as ready.
func Ready(ctx context.Context, c client.Client, bundle *tenant.Bundle) (Status, error) {
	var all Status
	var errs []error
	for _, obj := range bundle.Objects() {
		name := nameOf(obj)
		if !reconciled(name.Kind) {
			continue
		}
		one, err := ready(ctx, c, name)
		if err != nil {
			errs = append(errs, fmt.Errorf("get %s: %w", name, err))
			continue
		}
		all = append(all, one)
	}
	return all, errors.Join(errs...)
}

// Wait polls [Ready] until everything is ready. If the context ends first, it returns the
// last status with the context's error.
func Wait(ctx context.Context, c client.Client, bundle *tenant.Bundle) (last Status, err error) {
	err = poll(ctx, func(ctx context.Context) (bool, error) {
		now, err := Ready(ctx, c, bundle)
		if err != nil {
			return false, err
		}
		last = now
		return now.Ready(), pending{errors.New(now.String())}
	})
	return last, err
}

// reconciled reports whether a controller sets a Ready condition on objects of the
// kind.
func reconciled(kind schema.GroupVersionKind) bool {
	switch kind.Kind {
	case "Tenant", "GlobalTenantResource":
		return true
	case "Alert", "Provider": // have no status
		return false
	}
	return strings.HasSuffix(kind.Group, ".toolkit.fluxcd.io")
}

func ready(ctx context.Context, c client.Client, name Object) (ObjectStatus, error) {
	found := ObjectStatus{Object: name}
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(name.Kind)
	switch err := c.Get(ctx, name.Key, obj); {
	case apierrors.IsNotFound(err):
		found.State, found.Message = status.NotFoundStatus, "the cluster does not have it"
		return found, nil
	case err != nil:
		return found, err
	}
	result, err := status.Compute(obj)
	if err != nil {
		return found, err
	}
	found.State, found.Message = result.Status, result.Message
	if result.Status == status.CurrentStatus && !hasCondition(obj, meta.ReadyCondition) {
		// kstatus reports an object without conditions as ready.
		found.State, found.Message = status.InProgressStatus, "no controller has seen it"
	}
	return found, nil
}

func hasCondition(obj *unstructured.Unstructured, kind string) bool {
	conditions, _, _ := unstructured.NestedSlice(obj.Object, "status", "conditions")
	for _, condition := range conditions {
		if fields, ok := condition.(map[string]any); ok && fields["type"] == kind {
			return true
		}
	}
	return false
}
