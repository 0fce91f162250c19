package versions

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/internal/golden"
)

// TestTable: every release is complete, in order, and exactly one of each component
// is pinned.
func TestTable(t *testing.T) {
	pinned := map[string]int{}
	var before Release
	for _, r := range All() {
		if len(r.Modules) == 0 {
			t.Errorf("%s %s lacks modules", r.Component, r.Version)
		}
		if _, ran := r.run(); ran && r.NotRun != "" {
			t.Errorf("%s %s has run, though: %s", r.Component, r.Version, r.NotRun)
		}
		if r.Pinned {
			pinned[r.Component]++
		}
		if r.Component == before.Component && !version.MustParseGeneric(before.Version).LessThan(version.MustParseGeneric(r.Version)) {
			t.Errorf("%s %s comes after %s", r.Component, r.Version, before.Version)
		}
		before = r
	}
	if diff := cmp.Diff(map[string]int{Flux: 1, Capsule: 1}, pinned); diff != "" {
		t.Errorf("pinned releases (-want +got):\n%s", diff)
	}
}

// TestPinned: the modules of the pinned releases are those of go.mod.
func TestPinned(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Path}}@{{.Version}}", "all").Output()
	if err != nil {
		t.Fatal(err)
	}
	required := strings.Fields(string(out))
	for _, r := range All() {
		for _, module := range r.Modules {
			if r.Pinned && !slices.Contains(required, module) {
				t.Errorf("go.mod does not pin %s, which %s %s names", module, r.Component, r.Version)
			}
		}
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		component, text, want string
		ok                    bool
	}{
		{Flux, "", "2.9", true}, {Flux, "2.9", "2.9", true}, {Flux, "v2.10.3", "2.10", true},
		{Capsule, "", "0.14", true}, {Capsule, "0.13.8", "0.13", true},
		{Flux, "2.6", "2.6", false}, {Capsule, "2.9", "2.9", false}, {Flux, "2", "", false}, {Flux, "2.9.1-rc.1", "", false}, {Flux, "latest", "", false},
	} {
		if got, ok := Parse(test.component, test.text); got != test.want || ok != test.ok {
			t.Errorf("Parse(%s, %q) = %q, %v, want %q, %v", test.component, test.text, got, ok, test.want, test.ok)
		}
	}
}

func TestREADME(t *testing.T) {
	golden.Section(t, "../../README.md", "versions", Table())
}
