// Package reconciler is the core of an operator: it applies a tenant's objects
// and tells a spec that has to be corrected from a cluster that has to be tried
// again.
package reconciler

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// Apply builds the tenant and applies its objects in order. An error for which
// apierrors.IsInvalid is true lists every field of the spec that has to be
// corrected; trying again does not help.
func Apply(ctx context.Context, c client.Client, spec tenant.Spec) error {
	team, err := tenant.Build(spec)
	if err != nil {
		return err
	}
	for _, object := range team.Objects() {
		content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
		if err != nil {
			return err
		}
		applied := &unstructured.Unstructured{Object: content}
		unstructured.RemoveNestedField(content, "status")
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("team-operator"), client.ForceOwnership); err != nil {
			return fmt.Errorf("apply %s %s: %w", applied.GetKind(), applied.GetName(), err)
		}
	}
	return nil
}
