package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// runFleet runs the subcommand.
func runFleet(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"fleet"}, args...), strings.NewReader(stdin), &out, &errs)
	return code, out.String(), regexp.MustCompile(`in [0-9.]+[mµ]?s`).ReplaceAllString(errs.String(), "in T")
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestFleet takes a tree from nothing through a change to a stale one.
func TestFleet(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gitops")
	args := []string{"-o", dir, "--platform", "testdata/fleet/platform.yaml", "--access", "testdata/fleet/access.yaml", "--shards", "one,two"}
	steps := []struct {
		name   string
		args   []string
		stdin  string
		code   int
		stdout string // a part of it
		stderr string
	}{
		{"nothing there", []string{"--check", "testdata/fleet/teams"}, "", exit.Found, "",
			"4 tenants: 58 files to be written, 0 to be removed, 0 unchanged, in T\n" +
				"stale: clusters/production/flux-system/gotk-sync.yaml\nstale: clusters/production/flux-system/kustomization.yaml\n" +
				"stale: clusters/production/flux-system/lockdown.yaml\nstale: clusters/production/flux-system/one/kustomization.yaml\n" +
				"stale: clusters/production/flux-system/two/kustomization.yaml\nstale: 53 more\n" +
				"run the same command without --check, and commit what it changes\n"},
		{"all written", []string{"testdata/fleet/teams"}, "", exit.OK, "",
			"4 tenants: 58 files written, 0 removed, 0 unchanged, in T\n"},
		{"up to date", []string{"--check", "testdata/fleet/teams/teams.yaml", "testdata/fleet/teams/teams.csv"}, "", exit.OK, "",
			"4 tenants: 0 files to be written, 0 to be removed, 58 unchanged, in T\n"},
		{"a fifth", []string{"--dry-run", "testdata/fleet/teams", "-"}, "name: fifth\ngit: {url: https://github.com/org/fifth}\n", exit.OK, "+++ b/tenants/029/fifth.yaml\n",
			"5 tenants: 5 files to be written, 0 to be removed, 56 unchanged, in T\n"},
		{"a fault", []string{"testdata/fleet/teams", "-"}, "name: fifth\ngit: {url: https://github.com/org/fifth}\n---\nname: dev-team\n", exit.Failed, "",
			`error: standard input:4 (document 2): tenant.Spec "dev-team" is invalid: [git: Required value: one of git and oci is required, name: Duplicate value: "dev-team": the name of tenant "dev-team" at testdata/fleet/teams/teams.yaml:1 (document 1), home: Duplicate value: "dev-team": the home namespace of tenant "dev-team" at testdata/fleet/teams/teams.yaml:1 (document 1)]` + "\n"},
		{"still up to date", []string{"--check", "testdata/fleet/teams"}, "", exit.OK, "",
			"4 tenants: 0 files to be written, 0 to be removed, 58 unchanged, in T\n"},
	}
	for _, step := range steps {
		code, stdout, stderr := runFleet(t, step.stdin, append(args, step.args...)...)
		if code != step.code || !strings.Contains(stdout, step.stdout) {
			t.Errorf("%s: exit code %d, want %d, and %q in the output:\n%s", step.name, code, step.code, step.stdout, stdout)
		}
		if diff := cmp.Diff(step.stderr, stderr); diff != "" {
			t.Errorf("%s: standard error differs (-want +got):\n%s", step.name, diff)
		}
	}
	if got := len(files(t, dir)); got != 58 {
		t.Errorf("%d files, want 58", got)
	}
}

// TestSharedAccess: only teams that name no access get the one of the flag.
func TestSharedAccess(t *testing.T) {
	dir := t.TempDir()
	if code, _, stderr := runFleet(t, "", "-o", dir, "--access", "testdata/fleet/access.yaml", "testdata/fleet/teams"); code != exit.OK {
		t.Fatal(stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "tenants/006/web-team.yaml"))
	if err != nil || !bytes.Contains(text, []byte("name: gitops-reconciler-kubeconfig")) {
		t.Errorf("the tenant has no kubeconfig (%v):\n%s", err, text)
	}
}

func TestErrors(t *testing.T) {
	table := func(text string) string {
		name := filepath.Join(t.TempDir(), "teams.csv")
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	tests := map[string]struct {
		args []string
		want []string
	}{
		"no input":       {nil, []string{"requires at least 1 arg"}},
		"unknown flag":   {[]string{"--nope"}, []string{"unknown flag: --nope"}},
		"missing file":   {[]string{"nobody.yaml"}, []string{"nobody.yaml: no such file"}},
		"no teams":       {[]string{table("name,git\n")}, []string{"the fleet has no tenants"}},
		"unknown column": {[]string{table("name,url,x\n")}, []string{`teams.csv:1: unknown column "url"`, `unknown column "x"`}},
		"every faulty line": {
			[]string{table("name,git,owners,namespaces\na,https://g.com/a,,\nb,https://g.com/b,bob,many\nc,https://g.com/c\nd,https://g.com/d,Robot:x,\n")},
			[]string{`teams.csv:3: owner "bob" has no kind`, `"many" is not a number`, "teams.csv:4: wrong number of fields", `teams.csv:5: tenant.Spec "d" is invalid: owners[0].kind`},
		},
		"a stray quote":  {[]string{table("name,git\na,\"b\"c\n")}, []string{"teams.csv:2: "}},
		"not a platform": {[]string{"--platform", "testdata/fleet/access.yaml", "testdata/fleet/teams"}, []string{`unknown field "secretRef"`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "gitops")
			code, _, stderr := runFleet(t, "", append([]string{"-o", dir}, test.args...)...)
			if code != exit.Failed {
				t.Errorf("exit code %d, want %d", code, exit.Failed)
			}
			for _, want := range test.want {
				if !strings.Contains(stderr, want) {
					t.Errorf("standard error lacks %q:\n%s", want, stderr)
				}
			}
			if _, err := os.Stat(dir); err == nil && len(files(t, dir)) > 0 {
				t.Error("files were written")
			}
		})
	}
}
