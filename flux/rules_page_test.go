package flux_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const rulesPageIntro = `# What flux rejects that the CRDs accept

Each row is an input of the tests: the API server accepts the object, as the test
asks its own code, and package flux rejects it with these faults, since the controller
would never accept it, or would do something else than it says. CEL expressions are checked
by package tenant for the objects of a bundle, and by tenant.ValidateExpressions for any.
[upstream-rules.md](upstream-rules.md) names upstream's function for each rule. This page
is written by ` + "`go test ./flux -update`" + `.
`

// docs/flux-rules.md lists the rules that are stricter than the CRDs, with the
// reasons.
func TestRulesPage(t *testing.T) {
	page := bytes.NewBufferString(rulesPageIntro)
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		fmt.Fprintf(page, "\n## %s\n\n| Input | Faults | Why |\n|---|---|---|\n", name)
		for _, table := range tables[name] {
			for _, row := range table.Rejections(t) {
				if row.Stricter != "" {
					fmt.Fprintf(page, "| %s | %s | %s |\n", row.Row, code(row.Faults), row.Stricter)
				}
			}
		}
	}
	path := filepath.Join("..", "docs", "flux-rules.md")
	if *update {
		if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), page.String()); diff != "" {
		t.Errorf("%s is stale, run go test ./flux -update (-file +tables):\n%s", path, diff)
	}
}

// code are the faults as code in a cell of a table.
func code(faults []string) string {
	cells := make([]string, len(faults))
	for i, fault := range faults {
		cells[i] = "`" + strings.NewReplacer("`", "'", "|", `\|`, strings.Repeat("a", 60), "a…").Replace(fault) + "`"
	}
	return strings.Join(cells, "<br>")
}
