package flux_test

import (
	"bytes"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the files that the tests compare with")

// A refusal is a row of the tables of invalid inputs: the object as it would have
// been built, what is said of it here, and why the API server would take it, if
// it would.
type refusal struct {
	Row      string   `json:"row"`
	Faults   []string `json:"faults"`
	Stricter string   `json:"stricter,omitempty"`
	Object   any      `json:"object"`
}

func (k kind[T, O]) refusals() []refusal {
	var list []refusal
	for _, row := range k.Invalid {
		var unchecked T
		k.Build(append(row.Options, k.Func(func(obj T) error {
			unchecked = obj.DeepCopyObject().(T)
			return nil
		}))...)
		list = append(list, refusal{row.Name, row.Faults, row.Stricter, unchecked})
	}
	return list
}

// testdata/refused.yaml holds all refusals, for the tests in e2e, which ask a
// real API server about the same objects.
func TestRefusalsFile(t *testing.T) {
	refused := map[string][]refusal{}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		for _, table := range kinds[name] {
			refused[name] = append(refused[name], table.refusals()...)
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
