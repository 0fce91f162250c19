package upstream

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPage: docs/upstream-rules.md names each test that calls upstream's functions.
func TestPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/upstream-rules.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^func (Fuzz\w+|TestTemplateFunctions)\(`)
	for _, pattern := range []string{"*_test.go", "../quota/upstream/*_test.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names.FindAllStringSubmatch(string(text), -1) {
				if !strings.Contains(string(page), "`"+name[1]+"`") {
					t.Errorf("the page lacks %s", name[1])
				}
			}
		}
	}
}
