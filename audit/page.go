package audit

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

//go:embed rules/*.md
var pageFiles embed.FS

// pages returns the rules' pages, in the order of the rules.
var pages = sync.OnceValue(func() []Rule {
	all := make([]Rule, len(rules))
	for i, rule := range rules {
		text, err := pageFiles.ReadFile("rules/" + rule.id + ".md")
		if err == nil {
			all[i], err = readPage(rule.id, string(text))
		}
		if err != nil {
			panic(fmt.Sprintf("audit: the page of rule %s: %v", rule.id, err)) // a test reads them all
		}
	}
	return all
})

// readPage reads a rule's page: front matter with severity, title and references,
// a text, and the sections Attack (or Effect, if nobody attacks) and Fix.
func readPage(id, text string) (Rule, error) {
	front, body, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !ok || !strings.HasPrefix(text, "---\n") {
		return Rule{}, errors.New("has no front matter")
	}
	rule := Rule{ID: id}
	if err := yaml.UnmarshalStrict([]byte(front), &rule); err != nil {
		return Rule{}, err
	}
	sections := strings.Split(body, "\n## ")
	rule.Doc = strings.TrimSpace(sections[0])
	for _, section := range sections[1:] {
		title, content, _ := strings.Cut(section, "\n")
		switch content = strings.TrimSpace(content); title {
		case "Attack", "Effect":
			rule.Exploit = content
		case "Fix":
			rule.Fix = content
		default:
			return Rule{}, fmt.Errorf("has an unknown section %q", title)
		}
	}
	return rule, nil
}

// plain returns the text of a page for use in a finding: one line without markup.
func plain(text string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(text, "`", "")), " ")
}
