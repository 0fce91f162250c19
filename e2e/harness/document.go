package harness

import (
	"flag"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/document"
)

// SecurityPage is the page that holds what the runs show, seen from the directory
// of a test package.
func SecurityPage() string { return filepath.Join("..", "..", "docs", "security.md") }

// DocumentTimes has a whole run of the pinned versions that updates the documentation write its cases'
// details into the section "measured in" that package of [SecurityPage]. Times
// differ from run to run, so nothing is compared.
func (e *Env) DocumentTimes(t *testing.T, in string) {
	t.Cleanup(func() {
		if !Update() || e.Plane.Set.Name != "pinned" || t.Failed() || flag.Lookup("test.run").Value.String() != "" {
			return
		}
		results := e.Results()
		slices.SortFunc(results, func(a, b Result) int { return strings.Compare(a.Name, b.Name) })
		var b strings.Builder
		b.WriteString("| case | measured |\n|---|---|\n")
		for _, r := range results {
			if (r.Outcome == Passed || r.Outcome == Refused) && r.Detail != "" {
				fmt.Fprintf(&b, "| %s | %s |\n", strings.ReplaceAll(r.Name, "_", " "), r.Detail)
			}
		}
		if err := document.Write(SecurityPage(), "measured in "+in, b.String()); err != nil {
			t.Error(err)
		}
	})
}
