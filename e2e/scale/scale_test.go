package scale_test

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestScale applies two hundred tenants at once.
func TestScale(t *testing.T) {
	const tenants = 200
	env := harness.Start(t)
	env.DocumentTimes(t, "scale")
	c := env.Case(t)
	var teams []*harness.Team
	for i := range tenants {
		team, err := c.Env.NewTeam(c.Context(), tenant.Spec{Name: fmt.Sprintf("scale-%03d", i)}, nil)
		c.Must(err)
		teams = append(teams, team)
	}

	begin := time.Now()
	apply, ctx := errgroup.WithContext(c.Context())
	apply.SetLimit(20)
	for _, team := range teams {
		apply.Go(func() error { return team.Apply(ctx) })
	}
	c.Must(apply.Wait())
	applied := time.Since(begin)
	for _, team := range teams {
		team.WaitReady(c)
	}
	c.Detail = fmt.Sprintf("%d tenants: applied in %s, all Ready after %s",
		tenants, applied.Round(time.Second), time.Since(begin).Round(time.Second))
}
