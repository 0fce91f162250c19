package flux_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var update = flag.Bool("update", false, "write the files that the tests compare with")

// testdata/refused.yaml holds all objects that are rejected, for the tests in
// e2e, which ask a real API server about the same objects.
func TestRefusedFile(t *testing.T) {
	refused := map[string][]buildtest.Rejection{}
	for name, kind := range tables {
		for _, table := range kind {
			refused[name] = append(refused[name], table.Rejections(t)...)
		}
	}
	got, err := yaml.Marshal(refused)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "refused.yaml")
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is stale, run go test ./flux -update (-file +tables):\n%s", path, cmp.Diff(string(want), string(got)))
	}
}
