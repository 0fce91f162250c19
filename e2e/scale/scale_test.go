package scale_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/e2e/document"
	"github.com/fluxcapsule/fluxcapsule/e2e/estate"
	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// idle is a shard that no controller serves: the tenants' own Flux objects are in it,
// so that only the platform's reconciliation is measured.
const idle = "idle"

// A measurement is the cost of a fleet of one size.
type measurement struct {
	tenants   int
	made      time.Duration // from the commit until every tenant is Ready
	again     time.Duration // processor time of kustomize-controller for a second reconciliation of everything
	beside    time.Duration // the longest that another Kustomization took meanwhile
	another   time.Duration // from the commit until one more tenant is Ready
	inventory int           // bytes of the largest Kustomization of a group
	memory    int           // MB that kustomize-controller took at the most
}

// TestScale grows a fleet whose groups each have a source.
func TestScale(t *testing.T) {
	scale(t, harness.Start(t), false, "measured by make e2e-scale")
}

// TestScaleSourceWatcher grows a fleet whose groups have artifacts of one source.
func TestScaleSourceWatcher(t *testing.T) {
	scale(t, harness.MustStartWatched(t), true, "measured by make e2e-scale with source-watcher")
}

// scale grows one fleet to each size in turn, and writes what that costs into a table
// of the page.
func scale(t *testing.T, env *harness.Env, watched bool, mark string) {
	sizes := parseSizes(t)
	protection := harness.Defaults()
	protection.Arguments = map[string][]string{"(source|kustomize|helm)-controller": {"--watch-label-selector=!sharding.fluxcd.io/key"}}
	var e *estate.Estate
	var alone time.Duration
	env.Run(t, "one tenant", func(c *harness.Case) {
		c.Must(env.Protect(c.Context(), protection))
		e = estate.New(c)
		e.Watched = watched
		e.Dir = estate.In(c, t.TempDir()) // longer than the case
		e.Shards = []string{idle}
		e.CommitFlux(c)
		grow(c, e, 1)
		e.Bootstrap(c)
		e.Push(c, e.Files(c))
		waitTenants(c, e)
		prepareProbe(c)
		alone = addOne(c, e)
		c.Detail = fmt.Sprintf("one more beside it is Ready after %s", alone.Round(100*time.Millisecond))
	})
	if t.Failed() {
		return
	}
	var measured []measurement
	for _, n := range sizes {
		env.Run(t, fmt.Sprintf("%d tenants", n), func(c *harness.Case) {
			m := measure(c, e, n)
			c.Detail = m.String()
			// 60 ms where nothing else runs; processors that are shared count more.
			if each := m.again / time.Duration(n); n >= 200 && each > 120*time.Millisecond {
				c.Errorf("a second reconciliation costs %s of processor time a tenant", each.Round(time.Millisecond))
			}
			measured = append(measured, m)
		})
	}
	if harness.Update() && !t.Failed() {
		if err := document.Write(page, mark, table(measured, alone)); err != nil {
			t.Error(err)
		}
	}
}

// grow adds tenants until there are n.
func grow(c *harness.Case, e *estate.Estate, n int) {
	c.Helper()
	for i := len(e.Specs); i < n; i++ {
		e.Specs = append(e.Specs, tenant.Spec{
			Name: fmt.Sprintf("scale-%05d", i),
			Git:  tenant.Git{URL: c.Env.Git.URL("nobody"), Branch: gitserver.Branch},
		})
	}
	c.Must(e.Write(c.Context()))
}

// measure brings the fleet to n tenants and measures its cost.
func measure(c *harness.Case, e *estate.Estate, n int) measurement {
	c.Helper()
	m := measurement{tenants: n}
	begin := time.Now()
	grow(c, e, n)
	commit(c, e)
	waitTenants(c, e)
	waitApplied(c, e)
	m.made = time.Since(begin)
	m.again, m.beside = reconcileAgain(c)
	m.inventory = largestInventory(c)
	m.another = addOne(c, e)
	waitApplied(c, e)
	m.memory = kustomizeMemory(c)
	return m
}

// addOne adds a tenant and returns how long it took to be Ready from the commit on.
func addOne(c *harness.Case, e *estate.Estate) time.Duration {
	c.Helper()
	grow(c, e, len(e.Specs)+1)
	begin := time.Now()
	commit(c, e)
	name := e.Specs[len(e.Specs)-1].Name
	eventually(c, func(ctx context.Context) error {
		return c.Env.IsReady(ctx, harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", name))
	})
	return time.Since(begin)
}

func (m measurement) String() string {
	return fmt.Sprintf("all Ready after %s; a second reconciliation %s of processor time, %s a tenant, another Kustomization beside it %s; one more tenant after %s; inventory %d bytes; memory %d MB",
		m.made.Round(time.Second), m.again.Round(100*time.Millisecond), (m.again / time.Duration(m.tenants)).Round(time.Millisecond),
		m.beside.Round(100*time.Millisecond), m.another.Round(100*time.Millisecond), m.inventory, m.memory)
}

// table is a table of the limits page.
func table(measured []measurement, alone time.Duration) string {
	var b strings.Builder
	b.WriteString("| tenants | all Ready after | second reconciliation, processor time a tenant | another Kustomization beside it | one more tenant | largest Kustomization | memory of kustomize-controller |\n|---|---|---|---|---|---|---|\n")
	fmt.Fprintf(&b, "| 1 | | | | %s | | |\n", alone.Round(100*time.Millisecond))
	for _, m := range measured {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s | %d kB | %d MB |\n", m.tenants, m.made.Round(time.Second),
			(m.again / time.Duration(m.tenants)).Round(time.Millisecond), m.beside.Round(100*time.Millisecond),
			m.another.Round(100*time.Millisecond), m.inventory/1000, m.memory)
	}
	return b.String()
}
