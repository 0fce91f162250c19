package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestRepository: overlays are rendered, patches count, remote files are not
// fetched, and each finding has the file and line of the base that it comes from.
func TestRepository(t *testing.T) {
	t.Chdir("testdata/audit/repo")
	for _, format := range []string{"text", "json", "sarif", "mermaid", "svg", "html"} {
		t.Run(format, func(t *testing.T) {
			stdout, stderr, code := runAudit(t, "", "-o", format, ".")
			if code != 2 || !strings.Contains(stderr, "1 part could not be looked at") {
				t.Errorf("exit code %d, want 2 for a remote file; on standard error: %q", code, stderr)
			}
			file := filepath.Join("..", "repo."+format)
			if *update {
				if err := os.WriteFile(file, []byte(stdout), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), stdout); diff != "" {
				t.Errorf("differs from %s (-want +got); run with -update if that is right:\n%s", file, diff)
			}
		})
	}
}

func TestExitCode(t *testing.T) {
	const warning = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a, namespace: b}\nspec: {interval: 1m, url: 'http://git.example.com/x'}\n"
	tests := map[string]struct {
		stdin string
		args  []string
		want  int
	}{
		"a warning is not enough":   {warning, []string{"-"}, 0},
		"a warning is enough":       {warning, []string{"--fail-on", "warning", "-"}, 1},
		"an error is enough":        {"", []string{"testdata/audit/repo/tenants/base"}, 1},
		"an error is never enough":  {"", []string{"--fail-on", "never", "testdata/audit/repo/tenants/base"}, 0},
		"a part is not looked at":   {"", []string{"--fail-on", "never", "testdata/audit/repo"}, 2},
		"nothing to read":           {"", []string{"-"}, 2},
		"no such file":              {"", []string{"testdata/none"}, 2},
		"no argument":               {"", nil, 2},
		"no such output":            {warning, []string{"-o", "pdf", "-"}, 2},
		"no such severity":          {warning, []string{"--fail-on", "often", "-"}, 2},
		"a file and a cluster":      {"", []string{"--cluster", "testdata/audit/repo"}, 2},
		"no YAML":                   {"a: [", []string{"-"}, 2},
		"a list's items are read":   {"apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(warning, "\n", "\n  "), []string{"--fail-on", "warning", "-"}, 1},
		"documents without objects": {"replicas: 3\n---\n" + warning, []string{"--fail-on", "warning", "-"}, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := runAudit(t, test.stdin, test.args...)
			if code != test.want {
				t.Errorf("exit code %d, want %d; output:\n%s%s", code, test.want, stdout, stderr)
			}
		})
	}
}

// TestFleetHasNoFindings: a tree that this library writes gives none, however its
// tenants are applied and isolated.
func TestFleetHasNoFindings(t *testing.T) {
	spec := func(name string, change func(*tenant.Spec)) tenant.Spec {
		s := tenant.Spec{
			Name:   name,
			Git:    tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"},
			Access: kubeconfig.Access{Proxy: "https://proxy.example.com", Audiences: []string{"https://kubernetes.default.svc"}},
		}
		change(&s)
		return s
	}
	specs := []tenant.Spec{
		spec("plain", func(*tenant.Spec) {}),
		spec("baseline", func(s *tenant.Spec) { s.Isolation.Profile = tenant.Baseline }),
		spec("restricted", func(s *tenant.Spec) { s.Isolation.Profile = tenant.Restricted }),
		spec("impersonation", func(s *tenant.Spec) { s.Access = kubeconfig.Access{} }),
	}
	for name, clusters := range map[string][]fleet.Cluster{
		"all tenants":  {{Name: "production"}},
		"artifacts":    {{Name: "production", SourceWatcher: true}},
		"some of them": {{Name: "production", Tenants: []string{"plain", "baseline"}}, {Name: "staging", Tenants: []string{"restricted", "impersonation"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := fleet.Fleet{
				Platform: &fleet.Platform{
					Git:      tenant.Git{URL: "https://github.com/org/platform.git", Branch: "main"},
					Clusters: clusters,
				},
				Tenants: func(yield func(tenant.Spec, error) bool) {
					for _, s := range specs {
						if !yield(s, nil) {
							return
						}
					}
				},
			}
			t.Chdir(t.TempDir())
			if _, err := f.WriteTree(t.Context(), "gitops"); err != nil {
				t.Fatal(err)
			}
			stdout, stderr, code := runAudit(t, "", "gitops")
			const want = `Missing in the set

  the lockdown of Flux: the set has tenants, and neither a Deployment of Flux's controllers nor a FluxInstance

0 errors, 0 warnings, 0 info, 0 suppressed
`
			if code != 0 || stdout != want {
				t.Errorf("exit code %d, output:\n%s%s", code, stdout, stderr)
			}
		})
	}
}

// TestBaseline: findings in a baseline do not count, new ones do, and an invalid file
// is rejected.
func TestBaseline(t *testing.T) {
	const one = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a, namespace: b}\nspec: {interval: 1m, url: 'http://git.example.com/x'}\n"
	file := filepath.Join(t.TempDir(), "baseline.json")
	if _, stderr, code := runAudit(t, one, "--fail-on", "warning", "--write-baseline", file, "-"); code != 1 {
		t.Fatalf("exit code %d, want 1: %s", code, stderr)
	}
	tests := map[string]struct {
		stdin string
		args  []string
		want  int
	}{
		"known":        {one, []string{"--baseline", file}, 0},
		"new":          {one + "---\n" + strings.ReplaceAll(one, "name: a", "name: c"), []string{"--baseline", file}, 1},
		"no such file": {one, []string{"--baseline", file + ".none"}, 2},
		"no baseline":  {one, []string{"--baseline", "testdata/audit/repo.json"}, 2},
		"not writable": {one, []string{"--write-baseline", filepath.Join(file, "x")}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			stdout, stderr, code := runAudit(t, test.stdin, append(test.args, "--fail-on", "warning", "-")...)
			if code != test.want {
				t.Errorf("exit code %d, want %d; output:\n%s%s", code, test.want, stdout, stderr)
			}
		})
	}
}

// TestPlatformTenants: the namespaces of a tenant that the caller calls the platform's
// own are not asked for accounts.
func TestPlatformTenants(t *testing.T) {
	const set = `apiVersion: v1
kind: Namespace
metadata: {name: ops, labels: {toolkit.fluxcd.io/tenant: ops}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: ops, namespace: ops}
spec: {interval: 5m, timeout: 1m, prune: true, path: ./ops, sourceRef: {kind: GitRepository, name: ops}}
`
	for want, args := range map[int][]string{1: {"-"}, 0: {"--platform-tenants", "ops", "-"}} {
		if stdout, stderr, code := runAudit(t, set, append(args, "--fail-on", "warning")...); code != want {
			t.Errorf("%s: exit code %d, want %d; output:\n%s%s", args, code, want, stdout, stderr)
		}
	}
}

func runAudit(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), append([]string{"audit"}, args...), strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), code
}
