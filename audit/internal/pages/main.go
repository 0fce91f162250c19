// Pages publishes the pages of the audit's rules, audit/rules/*.md, under
// docs/audit, with an index. Run it with go generate ./audit.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: pages <directory>")
	}
	if err := write(os.Args[1], pages(audit.Rules())); err != nil {
		log.Fatal(err)
	}
}

// write makes the pages the only Markdown files of the directory.
func write(dir string, pages map[string]string) error {
	old, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if _, ok := pages[filepath.Base(file)]; !ok {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

const notice = "<!-- Written by go generate ./audit from audit/rules. -->\n\n"

// pages returns the text of each page by the name of its file.
func pages(rules []audit.Rule) map[string]string {
	pages := map[string]string{}
	var index strings.Builder
	index.WriteString(notice + `# Rules of the audit

A finding of severity *error* is an attack that works, a *warning* is what does not work on current versions or
is one mistake away from an error, and *info* is what is stopped elsewhere or could not be seen. The severity below is the
highest that a rule's findings have.

To leave something as it is, say why in an annotation of the object; the finding is then reported as suppressed:

` + "```yaml\nmetadata:\n  annotations:\n    " + audit.SuppressPrefix + "git-secret: the key of the demo cluster, rotated daily\n```" + `

| Rule | Severity | |
|---|---|---|
`)
	for _, rule := range rules {
		fmt.Fprintf(&index, "| [%s](%s.md) | %s | %s |\n", rule.ID, rule.ID, rule.Severity, rule.Title)
		pages[rule.ID+".md"] = page(rule)
	}
	pages["README.md"] = index.String()
	return pages
}

func page(rule audit.Rule) string {
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
