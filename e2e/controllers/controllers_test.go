package controllers_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestControllers runs every controller of Flux, locked down, and the policies.
func TestControllers(t *testing.T) {
	set, err := controlplane.ChosenSet()
	if err != nil {
		t.Fatal(err)
	}
	env := harness.StartSet(t, set.WithFurther())
	ca := serveRegistry(t, env)
	hook := serveHook(t)
	t.Run("works", func(t *testing.T) {
		env.Run(t, "images", func(c *harness.Case) { c.Parallel(); images(c, ca) })
		env.Run(t, "notifications", func(c *harness.Case) { c.Parallel(); notifications(c, hook) })
	})
	t.Run("rejected", func(t *testing.T) { rejected(t, env, hook, ca) })
}
