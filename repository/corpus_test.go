package repository_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

// TestCorpus reads repositories in the shapes that people have, each with what is
// to be found in it: objects, Flux's Kustomizations and what they apply, problems,
// and what was left out.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d expectations, error %v", len(files), err)
	}
	for _, file := range files {
		dir := strings.TrimSuffix(file, ".golden")
		t.Run(filepath.Base(dir), func(t *testing.T) {
			result, err := repository.LoadFS(t.Context(), os.DirFS(dir), repository.Options{})
			if err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, file, []byte(describe(result)))
		})
	}
}

// describe is a result, a line each.
func describe(result *repository.Result) string {
	var b strings.Builder
	b.WriteString("objects\n")
	for _, o := range result.Objects {
		fmt.Fprintf(&b, "  %s:%d %s %s/%s in %s\n", o.File, o.Line, o.Object.GetKind(), o.Object.GetNamespace(), o.Object.GetName(), strings.Join(o.Dirs, " "))
	}
	b.WriteString("kustomizations\n")
	for _, k := range result.Kustomizations {
		fmt.Fprintf(&b, "  %s/%s of %s applies %q\n", k.Namespace, k.Name, k.Source, k.Dir)
	}
	b.WriteString("problems\n")
	for _, p := range result.Problems {
		fmt.Fprintf(&b, "  %s\n", p)
	}
	b.WriteString("skipped\n")
	for _, s := range result.Skipped {
		fmt.Fprintf(&b, "  %s\n", s)
	}
	return b.String()
}
