package harness

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

// A Case is a test that is one row of the report.
type Case struct {
	*testing.T
	Env *Env

	// Outcome is the outcome of the case. The default is Passed. A case that fails or is
	// skipped has that outcome.
	Outcome Outcome
	// Detail is further text for the report.
	Detail string
}

// Run runs a case as a subtest.
func (e *Env) Run(t *testing.T, name string, run func(*Case)) {
	t.Run(name, func(t *testing.T) { run(e.Case(t)) })
}

// Case makes the test a row of the report.
func (e *Env) Case(t *testing.T) *Case {
	c := &Case{T: t, Env: e, Outcome: Passed}
	start := time.Now()
	t.Cleanup(func() {
		switch {
		case t.Failed():
			c.Outcome = Failed
		case t.Skipped():
			c.Outcome = NotRun
		}
		e.report.add(Result{strings.TrimPrefix(t.Name(), "Test"), c.Outcome, c.Detail, time.Since(start)})
	})
	return c
}

// Run runs a part of the case as a case of its own.
func (c *Case) Run(name string, run func(*Case)) { c.Env.Run(c.T, name, run) }

// NeedsProxy skips the case where there is no Capsule Proxy to run it with.
func (c *Case) NeedsProxy() {
	c.Helper()
	if c.Env.Plane.Proxy == nil {
		c.DoNotRun("no capsule-proxy binary in $FLUXCAPSULE_CAPSULE_PROXY")
	}
}

// NeedsWatcher skips the case where there is no source-watcher to run it with.
func (c *Case) NeedsWatcher() {
	c.Helper()
	if !c.Env.Plane.Set.Watches() {
		c.DoNotRun(controlplane.ErrNoWatcher.Error())
	}
}

// DoNotRun skips the case. The report and the table of versions say why.
func (c *Case) DoNotRun(why string) {
	c.Helper()
	c.Detail = why
	c.Skip(why)
}

// Must fails the case at once if there is an error.
func (c *Case) Must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// Contains fails the case unless the text holds every part.
func (c *Case) Contains(text string, parts ...string) {
	c.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			c.Errorf("%q\ndoes not contain %q", text, part)
		}
	}
}

// Refuses checks that a request was refused, and in which words.
func (c *Case) Refuses(err error, says string) {
	c.Helper()
	if err == nil {
		c.Errorf("it was accepted, want a refusal with %q", says)
		return
	}
	c.Outcome = Refused
	c.Contains(err.Error(), says)
}

// Took has the report say how long something took.
func (c *Case) Took(what string, since time.Time) {
	c.Detail = fmt.Sprintf("%s %s", what, time.Since(since).Round(100*time.Millisecond))
}
