package versions

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRuns: the file has the form in which a run writes it, and names releases of the
// table.
func TestRuns(t *testing.T) {
	data, err := os.ReadFile(RunsFile)
	if err != nil {
		t.Fatal(err)
	}
	all, err := DecodeRuns(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(runs(), all); diff != "" {
		t.Errorf("embedded runs (-embedded +file):\n%s", diff)
	}
	again, err := EncodeRuns(all)
	if diff := cmp.Diff(string(data), string(again)); diff != "" || err != nil {
		t.Errorf("%v, written again (-want +got):\n%s", err, diff)
	}
	for _, run := range all {
		for component, version := range map[string]string{Flux: run.Flux, Capsule: run.Capsule} {
			if _, ok := Get(component, version); !ok {
				t.Errorf("set %s has run %s %s, which the table lacks", run.Set, component, version)
			}
		}
	}
}

func TestMerge(t *testing.T) {
	run := func(component string, packages ...PackageRun) Run {
		return Run{Set: "oldest", Flux: "2.7", Capsule: "0.13", Components: []string{component}, Packages: packages}
	}
	recipe, again, attack := PackageRun{Name: "recipe", Passed: 1}, PackageRun{Name: "recipe", Passed: 2}, PackageRun{Name: "attack", Passed: 3}
	other := Run{Set: "newest", Packages: []PackageRun{recipe}}
	for _, test := range []struct {
		name   string
		before []Run
		run    Run
		want   []Run
	}{
		{"first", nil, run("a 1", recipe), []Run{run("a 1", recipe)}},
		{"another set", []Run{other}, run("a 1", recipe), []Run{other, run("a 1", recipe)}},
		{"another package", []Run{run("a 1", recipe), other}, run("a 1", attack), []Run{run("a 1", attack, recipe), other}},
		{"the same package", []Run{run("a 1", attack, recipe)}, run("a 1", again), []Run{run("a 1", attack, again)}},
		{"other versions", []Run{run("a 1", attack, recipe)}, run("a 2", again), []Run{run("a 2", again)}},
	} {
		if diff := cmp.Diff(test.want, Merge(test.before, test.run)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestRunText(t *testing.T) {
	run := Run{Set: "oldest", Flux: "2.7", Capsule: "0.13", Components: []string{"a 1", "b 2"}, Packages: []PackageRun{
		{Name: "attack", Passed: 2, Failed: []Case{{Name: "Attack/both_x"}}},
		{Name: "recipe", Passed: 3, NotRun: []Case{
			{Name: "Recipe/y", Reason: "no binary"}, {Name: "Recipe/z", Reason: "-short"}, {Name: "Recipe/w", Reason: "no binary"},
		}},
	}}
	const want = "*oldest* is Flux 2.7 with Capsule 0.13: a 1, b 2. Cases passed: attack 2, recipe 3.\n" +
		"- **failed**: Attack/both x\n- not run: 2 cases: no binary\n- not run: Recipe/z: -short\n"
	if diff := cmp.Diff(want, run.text()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
}
