package harness

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"
)

// A Result is the result of one case.
type Result struct {
	Name    string
	Outcome Outcome
	Detail  string
	Took    time.Duration
}

// An Outcome is how a case ended.
type Outcome string

// The outcomes of cases. A case is Passed unless it says otherwise.
const (
	Passed  Outcome = "passed"
	Refused Outcome = "refused as expected"
	Open    Outcome = "not refused, as documented"
	Failed  Outcome = "FAILED"
	NotRun  Outcome = "not run"
)

// report collects the results of a run.
type report struct {
	mu      sync.Mutex
	results []Result
}

func (r *report) add(result Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results = append(r.results, result)
}

// Results are the results of the cases that have ended.
func (e *Env) Results() []Result {
	e.report.mu.Lock()
	defer e.report.mu.Unlock()
	return slices.Clone(e.report.results)
}

// print writes the results as a table, and a closing line with the totals. A run
// that failed outside of its cases counts as one more failure.
func (r *report) print(w io.Writer, runFailed bool) {
	slices.SortStableFunc(r.results, func(a, b Result) int { return strings.Compare(a.Name, b.Name) })
	counts := map[Outcome]int{}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CASE\tOUTCOME\tTIME\t")
	for _, c := range r.results {
		counts[c.Outcome]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", c.Name, c.Outcome, c.Took.Round(100*time.Millisecond), c.Detail)
	}
	table.Flush()
	fmt.Fprintf(w, "\n%d cases: %d %s, %d %s, %d %s, %d %s, %d %s\n\n", len(r.results),
		counts[Passed], Passed, counts[Refused], Refused, counts[Open], Open, counts[Failed], Failed, counts[NotRun], NotRun)
	good := len(r.results) - counts[Failed] - counts[NotRun]
	if runFailed && counts[Failed] == 0 {
		counts[Failed] = 1
	}
	fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", good, counts[Failed], counts[NotRun])
}
