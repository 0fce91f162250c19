package e2e

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestScale applies two hundred tenants at once.
func TestScale(t *testing.T) {
	const tenants = 200
	c := newCase(t)
	var teams []*team
	for i := range tenants {
		team, err := newTeam(c.Context(), tenant.Spec{Name: fmt.Sprintf("scale-%03d", i)}, nil)
		if err != nil {
			c.Fatal(err)
		}
		teams = append(teams, team)
	}

	begin := time.Now()
	apply, ctx := errgroup.WithContext(c.Context())
	apply.SetLimit(20)
	for _, team := range teams {
		apply.Go(func() error { return team.apply(ctx) })
	}
	if err := apply.Wait(); err != nil {
		c.Fatal(err)
	}
	applied := time.Since(begin)
	for _, team := range teams {
		team.waitReady(c)
	}
	c.detail = fmt.Sprintf("%d tenants: applied in %s, all Ready after %s",
		tenants, applied.Round(time.Second), time.Since(begin).Round(time.Second))
}
