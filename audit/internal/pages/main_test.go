package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestPagesAreCurrent: what lies in docs/audit is what the rules say of
// themselves now.
func TestPagesAreCurrent(t *testing.T) {
	const dir = "../../../docs/audit"
	want := pages(audit.Rules())
	files, err := filepath.Glob(filepath.Join(dir, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got[filepath.Base(file)] = string(text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/audit is out of date; run go generate ./audit (-rules +pages):\n%s", diff)
	}
}

func TestWriteRemovesOldPages(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"gone.md", "kept.txt"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := write(dir, map[string]string{"new.md": "text"}); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if diff := cmp.Diff([]string{"kept.txt", "new.md"}, names); diff != "" {
		t.Errorf("the directory holds (-want +got):\n%s", diff)
	}
}
