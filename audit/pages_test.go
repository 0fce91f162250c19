package audit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
)

// TestPages publishes the rules' pages, rules/*.md, under docs/audit with an
// index: with -update it writes them, without it compares. Other Markdown files
// in that directory are pages of rules that are gone.
func TestPages(t *testing.T) {
	const dir = "../docs/audit"
	want := map[string]string{"README.md": indexPage(audit.Rules())}
	for _, rule := range audit.Rules() {
		want[rule.ID+".md"] = rulePage(rule)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, ok := want[filepath.Base(file)]; ok {
			continue
		}
		if !golden.Updating() {
			t.Errorf("%s is not the page of a rule; run with -update", file)
		} else if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range want {
		golden.Compare(t, filepath.Join(dir, name), []byte(text))
	}
}

const notice = "<!-- Written by go generate ./audit from audit/rules. -->\n\n"

func indexPage(rules []audit.Rule) string {
	var b strings.Builder
	b.WriteString(notice + `# Rules of the audit

A finding of severity *error* is an attack that works, a *warning* does not work on current versions or
is one mistake away from an error, and *info* is an attack that is stopped elsewhere or a part that could not be seen. The severity below is the
highest that a rule's findings have.

To accept a finding, say why in an annotation of the object; the finding is then reported as suppressed:

` + "```yaml\nmetadata:\n  annotations:\n    " + audit.SuppressPrefix + "git-secret: the key of the demo cluster, rotated daily\n```" + `

| Rule | Severity | |
|---|---|---|
`)
	for _, rule := range rules {
		fmt.Fprintf(&b, "| [%s](%s.md) | %s | %s |\n", rule.ID, rule.ID, rule.Severity, rule.Title)
	}
	return b.String()
}

func rulePage(rule audit.Rule) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s# %s\n\n`%s`, up to severity %s\n\n%s\n", notice, rule.Title, rule.ID, rule.Severity, rule.Doc)
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n", title, text)
		}
	}
	if rule.Severity == audit.Error {
		proof := "It has been [carried out](../security.md#what-an-error-is-worth) on a real control plane."
		if rule.Unproved != "" {
			proof = "The tests do not carry it out: " + rule.Unproved
		}
		section("The attack", rule.Exploit+"\n\n"+proof)
	} else {
		section("The effect", rule.Exploit)
	}
	section("The fix", rule.Fix)
	section("Examples", fmt.Sprintf("[One set of objects that breaks the rule](../../audit/testdata/rules/%s/hole.yaml), and [one that nearly does](../../audit/testdata/rules/%s/near.yaml).", rule.ID, rule.ID))
	var references strings.Builder
	for _, reference := range rule.References {
		fmt.Fprintf(&references, "- <%s>\n", reference)
	}
	section("References", strings.TrimSuffix(references.String(), "\n"))
	return b.String()
}

// TestPagesMentionFields: text to copy is marked as code, so that <name> is not read
// as HTML.
func TestPagesMentionFields(t *testing.T) {
	for _, rule := range audit.Rules() {
		parts := strings.Split(rule.Doc+"\n"+rule.Exploit+"\n"+rule.Fix, "`")
		for i := 0; i < len(parts); i += 2 {
			if strings.ContainsAny(parts[i], "<>") {
				t.Errorf("rule %s: %q has a < or > that is not code", rule.ID, parts[i])
			}
		}
		if len(parts)%2 == 0 {
			t.Errorf("rule %s has an open backtick", rule.ID)
		}
	}
}
