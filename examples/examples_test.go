package examples

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/crd"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestExamples runs the examples without arguments and compares the output.
func TestExamples(t *testing.T) {
	for _, name := range []string{"devteam", "teams"} {
		t.Run(name, func(t *testing.T) {
			got := run(t, nil, "./"+name)
			golden := name + "/testdata/output.golden"
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("%s is out of date (-want +got), run with -update if the change is meant:\n%s", golden, diff)
			}
			objects, err := manifest.Read(bytes.NewReader(got), tenant.Scheme())
			if err != nil {
				t.Fatal(err)
			}
			for _, obj := range objects {
				if !crd.Served(obj.GetObjectKind().GroupVersionKind()) {
					continue
				}
				if faults := crd.Validate(obj); len(faults) > 0 {
					t.Errorf("%T: %v", obj, faults.ToAggregate())
				}
			}
		})
	}
}

// TestExamplesHaveNoFindings audits, by the example that does so, what each of the
// others builds; of a tree one cluster's part, which is what the audit looks at.
func TestExamplesHaveNoFindings(t *testing.T) {
	clean := func(name string, stdin []byte, paths ...string) {
		t.Helper()
		got := string(run(t, stdin, append([]string{"./audit", "-fail-on", "never"}, paths...)...))
		if !strings.HasPrefix(got, "0 errors, 0 warnings, 0 notes, 0 suppressed") {
			t.Errorf("what %s builds has findings:\n%s", name, got)
		}
	}
	for _, name := range []string{"devteam", "teams"} {
		clean(name, run(t, nil, "./"+name), "-")
	}
	dir := t.TempDir()
	run(t, nil, "./fleet", "-o", dir, "-platform", "fleet/platform.yaml", "-access", "fleet/access.yaml", "-shards", "one,two", "fleet/teams")
	for _, cluster := range []string{"staging", "production"} {
		clean("fleet", nil, dir+"/clusters/"+cluster, dir+"/infrastructure", dir+"/tenants")
	}
	dir = t.TempDir()
	run(t, nil, "./migrate", "--proxy", "https://capsule-proxy.capsule-system.svc:9001", "--proxy-ca", "devteam/ca.crt",
		"--audience", "https://kubernetes.default.svc.cluster.local", "--tree", dir, "migrate/testdata")
	clean("migrate", nil, dir)
}

// TestTeamsReadsStandardInput: what is wrong with every spec is said, and then
// nothing is printed.
func TestTeamsReadsStandardInput(t *testing.T) {
	good := "name: good\ngit: {url: https://github.com/org/good.git}\n"
	if got := run(t, []byte(good), "./teams", "-f", "-"); !bytes.Contains(got, []byte("name: good")) {
		t.Errorf("the tenant is missing in:\n%s", got)
	}

	bad := good + "---\nname: Bad\ngit: {url: https://github.com/org/bad.git}\n---\nname: worse\nfoo: 1\n"
	cmd := exec.Command("go", "run", "./teams", "-f", "-")
	cmd.Stdin = strings.NewReader(bad)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err == nil {
		t.Error("it succeeded")
	}
	if stdout.Len() > 0 {
		t.Errorf("it printed a part:\n%s", stdout.String())
	}
	for _, want := range []string{`standard input:4 (document 2): tenant.Spec "Bad" is invalid`, `standard input:8 (document 3): unknown field "foo"`} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("standard error lacks %q:\n%s", want, stderr.String())
		}
	}
}

// TestReadme: the program that the README shows is the one that runs here.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile("devteam/main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "```go\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("the README shows no Go code")
	}
	if !strings.Contains(string(program), strings.TrimSpace(block)) {
		t.Errorf("the README's program is not in devteam/main.go:\n%s", block)
	}
	spec, err := os.ReadFile("teams/teams.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok = strings.Cut(string(readme), "```yaml\n")
	block, _, closed = strings.Cut(block, "```")
	if !ok || !closed || !strings.Contains(string(spec), strings.TrimSpace(block)) {
		t.Errorf("the README's spec is not in teams/teams.yaml:\n%s", block)
	}
}

func run(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("go", append([]string{"run"}, args...)...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go run %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}
