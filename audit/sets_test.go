package audit_test

import (
	"bytes"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
)

// TestSets audits whole repositories, rebuilt small from the shapes of public
// ones. The golden file beside each lists every finding.
func TestSets(t *testing.T) {
	for _, dir := range dirs(t, "testdata/sets/*") {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			inputs := readTree(t, dir)
			report := audit.Check(inputs)
			golden.Compare(t, dir+".golden", []byte(lines(report.Findings)))

			var graph bytes.Buffer
			if err := audit.WriteMermaid(&graph, report); err != nil {
				t.Fatal(err)
			}
			golden.Compare(t, dir+".mermaid", graph.Bytes())

			rand.New(rand.NewPCG(1, 2)).Shuffle(len(inputs), func(i, j int) { inputs[i], inputs[j] = inputs[j], inputs[i] })
			if diff := cmp.Diff(report.Findings, audit.Check(inputs).Findings); diff != "" {
				t.Errorf("the findings depend on the order of the inputs:\n%s", diff)
			}
		})
	}
}

func readTree(t testing.TB, dir string) []audit.Input {
	t.Helper()
	var inputs []audit.Input
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := filepath.Rel(dir, path)
		inputs = append(inputs, read(t, text, filepath.ToSlash(file))...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return inputs
}

func lines(findings []audit.Finding) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(describe(f) + "\n")
	}
	return b.String()
}

func dirs(t testing.TB, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no directory matches %s", pattern)
	}
	return found
}
