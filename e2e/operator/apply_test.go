package operator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestApply: package apply on a real API server. A cluster in line has no
// differences, a changed field is one, and of a removed tenant nothing is left.
func TestApply(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "apply, compare, wait, remove", func(c *harness.Case) {
		ctx, client := c.Context(), c.Env.Plane.Client
		team, err := c.Env.NewTeam(ctx, tenant.Spec{Name: "applied"}, nil)
		c.Must(err)
		before, err := apply.Diff(ctx, client, team.Bundle)
		c.Must(err)
		if len(before) != len(team.Objects()) || before[0].Action != apply.Added {
			c.Errorf("on an empty cluster: %v", before)
		}
		begin := time.Now()
		_, err = apply.Apply(ctx, client, team.Bundle)
		c.Must(err)
		_, err = apply.Wait(ctx, client, team.Bundle)
		c.Must(err)
		c.Took("Ready after", begin)
		none, err := apply.Diff(ctx, client, team.Bundle)
		c.Must(err)
		if len(none) > 0 {
			c.Errorf("of what was just applied:\n%s", none)
		}
		team.Kustomization.Spec.Path = "./staging"
		changed, err := apply.Diff(ctx, client, team.Bundle)
		c.Must(err)
		if len(changed) != 1 || !slices.Equal(changed[0].Fields, []string{"spec.path"}) || !strings.Contains(changed.String(), "\n+  path: ./staging\n") {
			c.Errorf("of a changed path: %+v\n%s", changed, changed)
		}
		c.Must(apply.Remove(ctx, client, "applied"))
		(&operator{}).gone(c, "applied")
		c.Must(apply.Remove(ctx, client, "applied"))
	})
}
