package dataloss_test

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/types"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// leaves takes a tenant through the stages of off-boarding and makes it again at
// once. It returns what the tenants hold then.
func (e *holder) leaves(c *harness.Case, name string, held map[string]types.UID) map[string]types.UID {
	c.Helper()
	e.leave(c, name)
	e.isGone(c, name)
	c.Eventually(func(ctx context.Context) error {
		left, err := apply.Leftovers(ctx, c.Env.Plane.Admin, name)
		if len(left) > 0 {
			return fmt.Errorf("left of %s: %v", name, left)
		}
		return err
	})
	return e.returns(c, name, held)
}

// leave takes a tenant out of the tree, stage by stage.
func (e *holder) leave(c *harness.Case, name string) {
	c.Helper()
	// No controller of claims runs here that would let go of one.
	claim := harness.Object("v1", "PersistentVolumeClaim", name+"-app", "data")
	c.Must(c.Env.Plane.Client.Patch(c.Context(), claim, harness.MergePatch(`{"metadata":{"finalizers":null}}`)))
	e.spec(name).Leaving = true
	e.Release(c)
	e.Release(c, fleet.Applied())
	c.WaitGone(harness.Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, name))
	all := slices.Clone(e.Specs)
	e.Specs = slices.DeleteFunc(e.Specs, func(s tenant.Spec) bool { return s.Name == name })
	e.Release(c)
	e.Specs = all
	*e.spec(name) = e.joins(c, name)
}

// joins is the spec of a tenant as it was in the beginning.
func (e *holder) joins(c *harness.Case, name string) tenant.Spec {
	c.Helper()
	team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: name}, nil)
	c.Must(err)
	return team.Spec
}

// isGone waits until nothing of a tenant is left that somebody could lose.
func (e *holder) isGone(c *harness.Case, name string) {
	c.Helper()
	c.WaitGone(
		harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", name),
		harness.Object("v1", "Namespace", "", name),
		harness.Object("v1", "Namespace", "", name+"-app"))
}

// returns makes a tenant that left again, and gives it something to lose.
func (e *holder) returns(c *harness.Case, name string, held map[string]types.UID) map[string]types.UID {
	c.Helper()
	var others []string
	for _, spec := range e.Specs {
		if spec.Name != name {
			others = append(others, spec.Name)
		}
	}
	got, err := e.holdings(c.Context(), others...)
	c.Must(err)
	for what, uid := range got {
		if held[what] != uid {
			c.Errorf("%s has another UID: another tenant's leaving cost it", what)
		}
	}
	e.Release(c)
	return e.hold(c, e.names()...)
}

// blocked leaves an object with a finalizer that no controller removes. Capsule, whose
// own finalizer keeps the Tenant until then, removes it, and nothing is left.
func (e *holder) blocked(c *harness.Case, name string, held map[string]types.UID) map[string]types.UID {
	c.Helper()
	c.ApplyText(harness.Expand(
		`{apiVersion: v1, kind: ConfigMap, metadata: {name: blocks, namespace: "${name}-app", finalizers: [example.com/blocks]}}`, "name", name))
	return e.leaves(c, name, held)
}

// spec is that of a tenant.
func (e *holder) spec(name string) *tenant.Spec {
	return &e.Specs[slices.IndexFunc(e.Specs, func(s tenant.Spec) bool { return s.Name == name })]
}

// names are those of the tenants.
func (e *holder) names() []string {
	var names []string
	for _, spec := range e.Specs {
		names = append(names, spec.Name)
	}
	return names
}
