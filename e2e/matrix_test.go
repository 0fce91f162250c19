package e2e

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/document"
)

var update = flag.Bool("update", false, "write what the run shows into "+securityPage)

// securityPage holds the results of the run, between markers.
const securityPage = "../docs/security.md"

// verdicts is who refused which attack in which mode.
var verdicts = matrix{cells: map[string]refusal{}}

type matrix struct {
	mu    sync.Mutex
	cells map[string]refusal
}

func (m *matrix) note(a attack, in mode, r refusal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cells[a.name+in.name] = r
}

// document compares the matrix with the documentation, or writes it there. For
// attacks that this run did not make, for want of Capsule Proxy, the
// documentation holds what is expected.
func (m *matrix) document(t *testing.T) {
	var b strings.Builder
	counts := make([]string, len(modes))
	for i, in := range modes {
		open := 0
		for _, a := range attacks {
			if a.refusedBy(in).says == "" {
				open++
			}
		}
		counts[i] = fmt.Sprintf("%d with %s", open, in.name)
	}
	fmt.Fprintf(&b, "%d attacks. Not refused: %s.\n\n", len(attacks), strings.Join(counts, ", "))
	b.WriteString("| what a tenant does | " + modes[0].name + " | " + modes[1].name + " | " + modes[2].name + " | the refusal says |\n|---|---|---|---|---|\n")
	complete := true
	for _, a := range attacks {
		fmt.Fprintf(&b, "| %s |", a.name)
		says := ""
		for _, in := range modes {
			r, ran := m.cells[a.name+in.name]
			if !ran {
				complete, r = false, a.refusedBy(in)
			}
			if r.says == "" {
				fmt.Fprintf(&b, " **not refused**: [%s](audit/%s.md) |", a.rule, a.rule)
				continue
			}
			fmt.Fprintf(&b, " %s |", r.by)
			says = r.says
		}
		if says != "" {
			says = "`" + expand(says, "me", "red", "mine", "red-app", "victim", "blue", "theirs", "blue-app") + "`"
		}
		fmt.Fprintf(&b, " %s |\n", says)
	}
	if *update && !complete {
		t.Fatalf("%s is written by a run with every attack in it, those at Capsule Proxy included", securityPage)
	}
	document.Compare(t, securityPage, "attacks", b.String(), *update)
}

// documentExploits compares the exploits with the documentation, or writes them
// there if both rounds of each have been seen.
func documentExploits(t *testing.T, shown *sync.Map) {
	var b strings.Builder
	b.WriteString("| rule | when it is ignored, a tenant | when it is mended |\n|---|---|---|\n")
	for _, e := range exploits {
		for _, mended := range []bool{false, true} {
			if _, ok := shown.Load(fmt.Sprint(e.rule, mended)); *update && !ok {
				t.Fatalf("%s is written by a run in which every exploit is made and refused, and %s was not (mended: %t)", securityPage, e.rule, mended)
			}
		}
		says := expand(e.refusal.says, "me", "red", "victim", "blue", "theirs", "blue-app", "tools", "tools")
		fmt.Fprintf(&b, "| [%s](audit/%s.md) | %s | %s: `%s` |\n", e.rule, e.rule, e.gain, e.refusal.by, says)
	}
	document.Compare(t, securityPage, "exploits", b.String(), *update)
}

// documentMeasured writes how long recovery and the larger cases took. Times
// differ from run to run, so nothing is compared; and a run of some cases only
// writes nothing.
func documentMeasured() error {
	if !*update || !slices.ContainsFunc(report.cases, func(c result) bool { return c.name == "Scale" }) {
		return nil
	}
	var b strings.Builder
	b.WriteString("| case | measured |\n|---|---|\n")
	for _, c := range report.cases {
		group, _, _ := strings.Cut(c.name, "/")
		if c.outcome == passed && slices.Contains([]string{"Recipe", "Offboarding", "Faults", "Scale"}, group) {
			fmt.Fprintf(&b, "| %s | %s |\n", strings.ReplaceAll(c.name, "_", " "), c.detail)
		}
	}
	return document.Write(securityPage, "measured", b.String())
}
