package attack_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/document"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// A matrix is who refused which attack in which round, and of which access.
type matrix struct {
	mu    sync.Mutex
	cells map[cell]refusal
}

type cell struct{ attack, round, access string }

func (m *matrix) note(a attack, in round, access harness.Access, r refusal) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cells == nil {
		m.cells = map[cell]refusal{}
	}
	m.cells[cell{a.name, in.name, access.Name}] = r
}

// document compares the matrix with the documentation, or writes it there. For
// attacks that this run did not make, since it has no Capsule Proxy, the
// documentation holds what is expected.
func (m *matrix) document(t *testing.T) {
	rounds, attacks := rounds(), attacks()
	var table, open strings.Builder
	var counts []string
	complete := true
	for _, in := range rounds {
		n := 0
		for _, a := range attacks {
			if slices.ContainsFunc(harness.Accesses(), func(access harness.Access) bool {
				return a.in(in, access) && a.refusedBy(in, access).says == ""
			}) {
				n++
			}
		}
		counts = append(counts, fmt.Sprintf("%d with %s", n, in.name))
		fmt.Fprintf(&table, "| %s ", in.name)
	}
	head := table.String()
	table.Reset()
	fmt.Fprintf(&table, "%d attacks. Not refused: %s.\n\n", len(attacks), strings.Join(counts, "; "))
	table.WriteString("| what a tenant does " + head + "| the refusal says |\n|---|" + strings.Repeat("---|", len(rounds)+1) + "\n")
	for _, a := range attacks {
		row, ran := m.row(a)
		complete = complete && ran
		table.WriteString(row)
		if line := openIn(a); line != "" {
			open.WriteString(line)
		}
	}
	if harness.Update() && !complete {
		t.Fatalf("%s is written by a run with every attack in it, those at Capsule Proxy included", harness.SecurityPage())
	}
	document.Compare(t, harness.SecurityPage(), "attacks", table.String(), harness.Update())
	document.Compare(t, harness.SecurityPage(), "open attacks", "| what a tenant does | it works where you run | the audit finds it by |\n|---|---|---|\n"+open.String(), harness.Update())
}

// in reports whether the attack is made in a round by a tenant of an access.
func (a attack) in(r round, access harness.Access) bool {
	return a.differs(access) && (r.Identity || !access.Identity) && (r.Policies || !a.admitted)
}

// row is the attack's in the table, and whether all of it was seen.
func (m *matrix) row(a attack) (row string, ran bool) {
	row, ran = "| "+a.name+" |", true
	var says []string
	for _, in := range rounds() {
		var by []string
		for _, access := range harness.Accesses() {
			if !a.in(in, access) {
				continue
			}
			r, seen := m.cells[cell{a.name, in.name, access.Name}]
			if !seen {
				ran, r = false, a.refusedBy(in, access)
			}
			if r.says == "" {
				by = append(by, "**not refused**")
				continue
			}
			by = append(by, r.by)
			if !slices.Contains(says, r.says) {
				says = append(says, r.says)
			}
		}
		row += " " + strings.Join(slices.Compact(by), ", ") + " |"
	}
	for i, s := range says {
		says[i] = "`" + harness.Expand(s, "me", "red", "mine", "red-app", "victim", "blue", "theirs", "blue-app") + "`"
	}
	return row + " " + strings.Join(says, ", ") + " |\n", ran
}

// openIn is the attack's line in the table of what nothing refuses, if it belongs
// there.
func openIn(a attack) string {
	var in []string
	for _, r := range rounds() {
		if slices.ContainsFunc(harness.Accesses(), func(access harness.Access) bool {
			return a.in(r, access) && a.refusedBy(r, access).says == ""
		}) {
			in = append(in, r.name)
		}
	}
	if len(in) == 0 {
		return ""
	}
	return fmt.Sprintf("| %s | %s | %s |\n", a.name, strings.Join(in, "; "), a.foundBy())
}

// foundBy is where the audit finds the attack.
func (a attack) foundBy() string {
	switch {
	case a.rule == "" && a.call != nil:
		return "not found: it is a request, no manifest"
	case a.rule == "":
		return "not looked for"
	}
	return fmt.Sprintf("[%s](audit/%s.md)", a.rule, a.rule)
}
