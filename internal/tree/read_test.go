package tree_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

func TestRead(t *testing.T) {
	dir := t.TempDir()
	files{"a/mine.yaml": "by: hand\n", "a/tree.yaml": mark + "a: 1\n", "b/tree.yaml": mark + "b: 1\n"}.write(t, dir)
	opened := open(t, dir)
	type answer struct {
		Content string
		OK      bool
	}
	ask := func(f func(string) ([]byte, bool, error), name string) answer {
		t.Helper()
		content, ok, err := f(name)
		if err != nil {
			t.Error(err)
		}
		return answer{string(content), ok}
	}
	for name, want := range map[string][2]answer{
		"a/mine.yaml": {{}, {"by: hand\n", true}},
		"a/tree.yaml": {{"a: 1\n", true}, {}},
		"a/none.yaml": {},
	} {
		if diff := cmp.Diff(want, [2]answer{ask(opened.Read, name), ask(opened.Foreign, name)}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if _, err := apply(t.Context(), opened, []tree.File{{Path: "b/tree.yaml", Content: []byte("b: 2\n")}}); err != nil {
		t.Fatal(err)
	}
	stale, err := opened.Stale("*/*.yaml")
	if diff := cmp.Diff([]string{"a/tree.yaml"}, stale); diff != "" || err != nil {
		t.Errorf("stale, error %v (-want +got):\n%s", err, diff)
	}
	names, err := opened.Glob("a/*.yaml")
	if diff := cmp.Diff([]string{"a/mine.yaml", "a/tree.yaml"}, names); diff != "" || err != nil {
		t.Errorf("glob, error %v (-want +got):\n%s", err, diff)
	}
}

// TestAdopt: a file of somebody else is overwritten once that is allowed.
func TestAdopt(t *testing.T) {
	dir := t.TempDir()
	files{"a/mine.yaml": "by: hand\n", "b/mine.yaml": "by: hand\n"}.write(t, dir)
	opened := open(t, dir)
	opened.Adopt("a/mine.yaml")
	if _, err := apply(t.Context(), opened, []tree.File{{Path: "a/mine.yaml", Content: []byte("a: 1\n")}}, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files{"a/mine.yaml": mark + "a: 1\n", "b/mine.yaml": "by: hand\n"}, withoutStaging(read(t, dir))); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
