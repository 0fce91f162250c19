package fluxcapsule_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// phrases are expressions that a reader stumbles over, each with its replacement.
var phrases = []struct{ find, write string }{
	{`(?i:\btells? whether\b)`, "reports whether"},
	{`(?i:\bof\s+one's\s+own\b)`, "its own"},
	{`(?i:\blets? (?:it |them )?pass\b)`, "accepts"},
	{`(?i:\bbelongs? into\b)`, "belongs in"},
	{`(?i:\bgo(?:es)? by (?:the|that|it|its|them|they|what)\b)`, "uses"},
	{`(?i:\bmend(?:s|ed|ing)?\b)`, "fixes"},
	{`(?i:\bfor\s+want\s+of\b)`, "without"},
	{`(?i:\bthere\s+twice\b)`, "duplicate"},
	{`(?i:\bwhoever\b)`, "anyone who"},
	{`(?i:\b(?:whatever|wherever) )`, "any, or the noun"},
	{`(?i:\bof which\b)`, "whose"},
	{`(?i:\bby way of\b)`, "through"},
	{`(?i:\ball the same\b)`, "still"},
	{`(?i:\bfor all that\b)`, "still"},
	{`\bis no (?:JWT|dependency|exception|failure|label value|manifest|member|number|order|part|port|problem|tenant|way)\b`, "is not a"},
	{`(?:^[ \t]*(?:// |- )?|[.:] )What [a-z][^?|\n]*$`, "the noun"},
}

// unchecked are folders and files with the text of others, or with these phrases.
var unchecked = []string{".git", "e2e/attack", "e2e/controlplane", "schema/schemas", "examples/operator/config/crd/bases", "phrases_test.go",
	"e2e/advisories/table_test.go", "e2e/exploit/flux_test.go", // whose cases name rows of docs/security.md
}

// written is a section of a page that a test run writes.
var written = regexp.MustCompile(`(?s)<!-- [^>]*written by go .*?<!-- end of `)

// TestPhrases: no comment, message, page or test name has one of the phrases.
func TestPhrases(t *testing.T) {
	var alternatives []string
	for _, phrase := range phrases {
		alternatives = append(alternatives, "("+phrase.find+")")
	}
	find := regexp.MustCompile("(?m)" + strings.Join(alternatives, "|"))
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains(unchecked, filepath.ToSlash(name)):
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case entry.IsDir() || !slices.Contains([]string{".go", ".md", ".yaml", ".yml"}, filepath.Ext(name)):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		blank := func(section []byte) []byte { return bytes.Repeat([]byte("\n"), bytes.Count(section, []byte("\n"))) }
		text = written.ReplaceAllFunc(text, blank)
		for _, match := range find.FindAllSubmatchIndex(text, -1) {
			group := slices.IndexFunc(match[2:], func(at int) bool { return at >= 0 }) / 2
			line := 1 + bytes.Count(text[:match[0]], []byte("\n"))
			t.Errorf("%s:%d: write %s in place of %q", name, line, phrases[group].write, bytes.TrimSpace(text[match[0]:match[1]]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
