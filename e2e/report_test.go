package e2e

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// report collects what became of every case, for the table at the end of a run.
var report results

type results struct {
	mu    sync.Mutex
	cases []result
}

type result struct {
	name    string
	outcome outcome
	detail  string
	took    time.Duration
}

type outcome string

const (
	passed  outcome = "passed"
	refused outcome = "refused as expected"
	open    outcome = "not refused, as documented"
	failed  outcome = "FAILED"
	notRun  outcome = "not run"
)

// A testCase is one row of the table.
type testCase struct {
	testing.TB
	*result
	start time.Time
}

// newCase makes the test a row of the table: passed unless the case says
// otherwise, the test fails, or it is skipped.
func newCase(t *testing.T) *testCase {
	c := &testCase{TB: t, result: &result{name: strings.TrimPrefix(t.Name(), "Test"), outcome: passed}, start: time.Now()}
	t.Cleanup(func() {
		switch {
		case t.Failed():
			c.outcome = failed
		case t.Skipped():
			c.outcome = notRun
		}
		c.took = time.Since(c.start)
		report.mu.Lock()
		defer report.mu.Unlock()
		report.cases = append(report.cases, *c.result)
	})
	return c
}

// needsProxy skips the case where there is no capsule-proxy to run it with.
func (c *testCase) needsProxy() {
	c.Helper()
	if cluster.Proxy == nil {
		c.detail = "no capsule-proxy binary in $FLUXCAPSULE_CAPSULE_PROXY"
		c.Skip(c.detail)
	}
}

// print writes the table, and a closing line with the totals. A run that failed
// outside of its cases counts as one more failure.
func (r *results) print(w io.Writer, code int) {
	slices.SortStableFunc(r.cases, func(a, b result) int { return strings.Compare(a.name, b.name) })
	counts := map[outcome]int{}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CASE\tOUTCOME\tTIME\t")
	for _, c := range r.cases {
		counts[c.outcome]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.name, c.outcome, c.took.Round(100*time.Millisecond), c.detail)
	}
	table.Flush()
	fmt.Fprintf(w, "\n%d cases: %d %s, %d %s, %d %s, %d %s, %d %s\n\n", len(r.cases),
		counts[passed], passed, counts[refused], refused, counts[open], open, counts[failed], failed, counts[notRun], notRun)
	good := len(r.cases) - counts[failed] - counts[notRun]
	if code != 0 && counts[failed] == 0 {
		counts[failed] = 1
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", good, counts[failed], counts[notRun])
}
