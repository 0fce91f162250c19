package fluxcapsule_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestEveryErrorIsProved: a rule of severity error says that an attack works, and
// docs/security.md holds that attack, or the rule's page says why it does not. The end-to-end tests, which write those tables
// from what they do and compare them at every run, are what carries it out; this is
// for a new rule not to wait for them.
func TestEveryErrorIsProved(t *testing.T) {
	page, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	var proved, errors []string
	for _, section := range []string{"exploits", "advisories"} {
		table := regexp.MustCompile(`(?s)<!-- ` + section + `: .*<!-- end of ` + section + ` -->`).Find(page)
		for _, row := range regexp.MustCompile(`(?m)^\| \[([a-z0-9-]+)\]`).FindAllSubmatch(table, -1) {
			proved = append(proved, string(row[1]))
		}
	}
	for _, rule := range audit.Rules() {
		if rule.Severity == audit.Error && rule.Unproved == "" {
			errors = append(errors, rule.ID)
		}
	}
	slices.Sort(proved)
	slices.Sort(errors)
	if diff := cmp.Diff(errors, proved); diff != "" {
		t.Errorf("rules of severity error (-) and those whose attack is in docs/security.md (+) differ; add the attack to e2e/exploit:\n%s", diff)
	}
}
