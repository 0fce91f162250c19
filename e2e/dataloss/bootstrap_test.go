package dataloss_test

import (
	"context"
	"fmt"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// upgrade runs flux bootstrap again: it rewrites its files, and the tree and its
// changes of Flux must stay.
func (e *holder) upgrade(c *harness.Case) {
	c.Helper()
	e.CommitFlux(c)
	e.Bootstrap(c)
	e.Push(c, e.Files(c))
	e.isLocked(c)
	changes, err := e.Fleet().WriteTree(c.Context(), e.Dir)
	c.Must(err)
	if changes.Stale() {
		c.Errorf("the tree changes: written %q, removed %q", changes.Written, changes.Removed)
	}
}

// isLocked waits until the controllers in the cluster have the lockdown's flags.
func (e *holder) isLocked(c *harness.Case) {
	c.Helper()
	c.Eventually(func(ctx context.Context) error {
		d := &appsv1.Deployment{}
		if err := e.Env.Plane.Client.Get(ctx, client.ObjectKey{Namespace: "flux-system", Name: "kustomize-controller"}, d); err != nil {
			return err
		}
		args := strings.Join(d.Spec.Template.Spec.Containers[0].Args, " ")
		if !strings.Contains(args, "--no-cross-namespace-refs=true") {
			return fmt.Errorf("kustomize-controller is not locked down: %s", args)
		}
		return nil
	})
}
