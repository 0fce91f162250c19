package examples

import (
	"bytes"
	"flag"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMain builds the examples and the command once.
func TestMain(m *testing.M) {
	flag.Parse()
	dir, err := os.MkdirTemp("", "examples-")
	if err != nil {
		log.Fatal(err)
	}
	bin = dir
	build := exec.Command("go", "build", "-o", dir, "./...", "../cmd/fluxcapsule")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		log.Fatal(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// bin is the folder of the built programs.
var bin string

// TestExamples runs the examples and compares their output. Objects of a kind with a
// CRD are checked against it.
func TestExamples(t *testing.T) {
	tests := []struct{ name, stdin string }{
		{"minimal", ""}, {"devteam", ""}, {"teams", ""}, {"apps", ""}, {"notify", ""}, {"images", ""}, {"platform", ""},
		{"stream", "devteam/testdata/output.golden"},
		{"migrate", "../cmd/fluxcapsule/testdata/migrate/blue-team.yaml"},
		{"kubeconfig", ""}, {"fleet", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var stdin []byte
			if test.stdin != "" {
				var err error
				if stdin, err = os.ReadFile(test.stdin); err != nil {
					t.Fatal(err)
				}
			}
			got := run(t, stdin, test.name)
			compare(t, test.name+"/testdata/output.golden", got)
			if !bytes.HasPrefix(got, []byte("---\napiVersion")) && !bytes.HasPrefix(got, []byte("apiVersion")) {
				return // no manifests
			}
			objects, err := manifest.Read(bytes.NewReader(got), tenant.Scheme())
			if err != nil {
				t.Fatal(err)
			}
			for _, obj := range objects {
				if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
					continue
				}
				if faults := schema.Validate(obj, tenanttest.Targets()...); len(faults) > 0 {
					t.Errorf("%T: %v", obj, faults.ToAggregate())
				}
			}
		})
	}
}

func compare(t *testing.T, golden string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(golden), 0o755); err != nil {
			t.Fatal(err)
		}
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
}

// TestAuditExample: the SARIF of the example names the findings of a repository.
func TestAuditExample(t *testing.T) {
	got := run(t, nil, "audit", "../cmd/fluxcapsule/testdata/audit/repo")
	if !bytes.Contains(got, []byte(`"ruleId": "kustomize-remote"`)) {
		t.Errorf("no finding in\n%s", got)
	}
}

// TestNoFindings audits the output of the examples and the command; of a tree, one
// cluster's part.
func TestNoFindings(t *testing.T) {
	clean := func(name string, stdin []byte, paths ...string) {
		t.Helper()
		got := string(run(t, stdin, "fluxcapsule", append([]string{"audit", "--fail-on", "never"}, paths...)...))
		if !strings.Contains(got, "0 errors, 0 warnings, 0 info, 0 suppressed") {
			t.Errorf("what %s builds has findings:\n%s", name, got)
		}
	}
	for _, name := range []string{"minimal", "devteam", "teams", "apps"} {
		clean(name, run(t, nil, name), "-")
	}
	const testdata = "../cmd/fluxcapsule/testdata/"
	dir := t.TempDir()
	run(t, nil, "fluxcapsule", "fleet", testdata+"fleet/teams", "--out", dir,
		"--platform", testdata+"fleet/platform.yaml", "--access", testdata+"fleet/access.yaml", "--shards", "one,two")
	// A tree lies in a Git repository: what its parts name of each other is in it.
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, cluster := range []string{"staging", "production"} {
		clean("fleet", nil, dir+"/clusters/"+cluster, dir+"/infrastructure", dir+"/tenants")
	}
	dir = t.TempDir()
	run(t, nil, "fluxcapsule", "migrate", testdata+"migrate", "--proxy", "https://capsule-proxy.capsule-system.svc:9001",
		"--proxy-ca", "devteam/ca.crt", "--audience", "https://kubernetes.default.svc.cluster.local", "--tree", dir)
	clean("migrate", nil, dir)
}

// TestReadme builds the program in the README unchanged, and runs it: its output is
// that of examples/devteam.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, ok := strings.Cut(string(readme), "```go\n")
	block, _, closed := strings.Cut(block, "```")
	if !ok || !closed {
		t.Fatal("the README shows no Go code")
	}
	dir := t.TempDir()
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(source, []byte(block), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		t.Fatalf("the README's program: %v\n%s", err, out)
	}
	pasted := exec.Command(program)
	pasted.Dir = "devteam" // where ca.crt is
	got, err := pasted.CombinedOutput()
	if diff := cmp.Diff(string(run(t, nil, "devteam")), string(got)); err != nil || diff != "" {
		t.Errorf("the README's program: %v, and against examples/devteam (-want +got):\n%s", err, diff)
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

// run runs one of the built programs and returns its standard output.
func run(t *testing.T, stdin []byte, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.Command(filepath.Join(bin, name), args...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, stderr.String())
	}
	return out
}
