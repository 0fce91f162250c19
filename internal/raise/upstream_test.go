package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func TestCompareFlags(t *testing.T) {
	file := filepath.Join(t.TempDir(), "flags.txt")
	const flags = "# comment\n2.8 a-controller v1 flags: gone kept gates: Gate\n2.9 a-controller v2 flags: kept new gates: (Gate)\n2.9 b-controller v2 flags: x gates:\n2.10 a-controller v3 flags: newer gates:\n"
	if err := os.WriteFile(file, []byte(flags), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := compareFlags(file, "2.8", "2.9")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"+ a-controller --feature-gates=(Gate)", "- a-controller --feature-gates=Gate",
		"- a-controller --gone", "+ a-controller --new", "+ b-controller", "+ b-controller --x",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flags (-want +got):\n%s", diff)
	}
}

func TestCompareWebhooks(t *testing.T) {
	module := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			file := filepath.Join(dir, "internal", "webhook", name)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	old := module(map[string]string{"a/same.go": "x", "a/changed.go": "x", "gone.go": "x", "a_test.go": "x"})
	now := module(map[string]string{"a/same.go": "x", "a/changed.go": "y", "new.go": "x", "a_test.go": "y"})
	got, err := compareWebhooks(old, now)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"~ internal/webhook/a/changed.go", "- internal/webhook/gone.go", "+ internal/webhook/new.go"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestMovePin: the real table has the form that movePin needs.
func TestMovePin(t *testing.T) {
	table, err := os.ReadFile("../versions/table.go")
	if err != nil {
		t.Fatal(err)
	}
	from, err1 := release(versions.Flux, versions.Pinned(versions.Flux))
	to, err2 := release(versions.Flux, versions.Of(versions.Flux)[0])
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	moved, err := movePin(string(table), from, to)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(moved, `"`+from.Version+`", Pinned`) || !strings.Contains(moved, `"`+to.Version+`", Pinned`) {
		t.Errorf("the pin is not moved from %s to %s", from.Version, to.Version)
	}
	if back, err := movePin(moved, to, from); err != nil || back != string(table) {
		t.Errorf("moved back, the table differs: %v", err)
	}
}
