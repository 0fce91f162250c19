package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fence matches a block of code: the words after the backquotes, and its text.
var fence = regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")

// TestGuides follows every guide: it writes the files that a guide shows and runs its
// commands, in a separate folder. A block marked "sh cluster" needs a cluster and is
// not run. The guide to an operator needs controller-gen: .ci/generate tests it.
func TestGuides(t *testing.T) {
	guides, err := filepath.Glob("../docs/guides/*.md")
	if err != nil || len(guides) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, guide := range guides {
		if filepath.Base(guide) == "operator.md" {
			continue
		}
		t.Run(filepath.Base(guide), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(guide)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, block := range fence.FindAllStringSubmatch(string(text), -1) {
				_, file, shown := strings.Cut(block[1], " file=")
				switch {
				case shown:
					writeFile(t, filepath.Join(dir, file), block[2])
				case block[1] == "sh":
					follow(t, dir, block[2])
				}
			}
		})
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// follow runs commands one after the other; each has to succeed.
func follow(t *testing.T, dir, commands string) {
	t.Helper()
	shell := exec.Command("sh", "-eux", "-c", commands)
	shell.Dir = dir
	shell.Env = append(os.Environ(), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	if out, err := shell.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
