package fluxcapsule_test

import (
	"bufio"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// phrases are expressions that make a reader stop, each with its replacement.
var phrases = []struct{ find, write string }{
	{`tells? whether`, "reports whether"},
	{`of one's own`, "its own"},
	{`lets? (it |them )?pass\b`, "accepts"},
	{`belongs? into`, "belongs in"},
	{`go(es)? by (the|it|its|that|them|they|what)\b`, "uses"},
	{`mend(s|ed|ing)?\b`, "fixes"},
	{`for want of`, "without"},
	{`there twice`, "duplicate"},
	{`whoever`, "anyone who"},
	{`(whatever|wherever)\b`, "any, or the noun"},
	{`of which`, "whose"},
	{`by way of`, "through"},
	{`all the same\b`, "still"},
	{`for all that`, "still"},
	{`is no (label|tenant|namespace|member|manifest|Flux|problem|dependency|part|rule|YAML|code|way)\b`, "is not a"},
	{`What (is|are|was|does|has|they|it|the|a|no|one|stays|takes|[A-Z]\w+ \w+s)\b`, "the noun as the subject"},
}

// TestPhrases: no comment, message, page or test name has one of the phrases. Sections
// of pages that a test run writes are exempt, and so are headings and questions.
func TestPhrases(t *testing.T) {
	var all []string
	for _, phrase := range phrases {
		all = append(all, phrase.find)
	}
	find := regexp.MustCompile(`\b(?i:` + strings.Join(all[:len(all)-1], "|") + `)|(?:^\W*|[.:] )` + all[len(all)-1])
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == ".git" || name == "schema/schemas" {
				return filepath.SkipDir
			}
			return nil
		}
		switch filepath.Ext(name) {
		case ".go", ".md", ".yaml", ".yml", ".golden":
			return checkPhrases(t, name, find)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
