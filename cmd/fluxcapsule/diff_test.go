package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

const quotaAndSource = `apiVersion: v1
kind: ResourceQuota
metadata: {name: home, namespace: a}
spec: {hard: {pods: "5"}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: a, namespace: a}
spec: {interval: 1m, url: 'https://git.example.com/a'}
`

// write writes a file and returns its name.
func write(t *testing.T, name, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

func runDiff(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), append([]string{"diff"}, args...), nil, &out, &errs)
	return out.String(), errs.String(), code
}

func TestDiffExitCode(t *testing.T) {
	dir := t.TempDir()
	file := func(name, old, new string) string {
		return write(t, filepath.Join(dir, name), strings.Replace(quotaAndSource, old, new, 1))
	}
	before := file("before.yaml", "", "")
	same := file("same.yaml", "", "")
	interval := file("interval.yaml", "1m", "2m")
	raised := file("raised.yaml", `"5"`, `"6"`)
	insecure := file("insecure.yaml", "https:", "http:")
	broken := file("broken.yaml", "{name: home", "{name: [home")
	tests := map[string]struct {
		args []string
		want int
	}{
		"nothing differs":                    {[]string{before, same, "--fail-on", "change"}, exit.OK},
		"a change":                           {[]string{before, interval}, exit.OK},
		"a change is enough":                 {[]string{before, interval, "--fail-on", "change"}, exit.Found},
		"a raised quota":                     {[]string{before, raised}, exit.Found},
		"a raised quota is not an error":     {[]string{before, raised, "--fail-on", "error"}, exit.OK},
		"a lowered quota":                    {[]string{raised, before}, exit.OK},
		"a new warning":                      {[]string{before, insecure}, exit.Found},
		"a new warning is not an error":      {[]string{before, insecure, "--fail-on", "error"}, exit.OK},
		"a new warning is never enough":      {[]string{before, insecure, "--fail-on", "never"}, exit.OK},
		"a warning that is gone":             {[]string{insecure, before}, exit.OK},
		"a part is not read":                 {[]string{before, broken, "--fail-on", "never"}, exit.Failed},
		"a part was not read":                {[]string{broken, before, "--fail-on", "never"}, exit.Failed},
		"one argument":                       {[]string{before}, exit.Failed},
		"no such file":                       {[]string{before, before + ".none"}, exit.Failed},
		"no such output":                     {[]string{before, same, "-o", "sarif"}, exit.Failed},
		"nothing that a diff could be about": {[]string{before, same, "--fail-on", "often"}, exit.Failed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if stdout, stderr, code := runDiff(t, test.args...); code != test.want {
				t.Errorf("exit code %d, want %d; output:\n%s%s", code, test.want, stdout, stderr)
			}
		})
	}
}

// TestDiffOfCheckouts: a kustomization, which has no name but its file's, is the same
// one in two checkouts, wherever they are and whatever they are called.
func TestDiffOfCheckouts(t *testing.T) {
	dir := t.TempDir()
	for _, checkout := range []string{"base", "head"} {
		write(t, filepath.Join(dir, checkout, ".git/HEAD"), "")
		write(t, filepath.Join(dir, checkout, "gitops/kustomization.yaml"), "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../shared]\n")
		write(t, filepath.Join(dir, checkout, "shared/kustomization.yaml"), "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [objects.yaml]\n")
		write(t, filepath.Join(dir, checkout, "shared/objects.yaml"), quotaAndSource)
	}
	if err := os.Symlink(filepath.Join(dir, "base"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(dir, "head"))
	for _, args := range [][2]string{
		{"../base/gitops", "gitops"}, {filepath.Join(dir, "base/gitops"), "gitops"}, {"../link/gitops", "./gitops"},
		{"../base", "."}, {filepath.Join(dir, "base"), filepath.Join(dir, "head")}, {"gitops", "../base/gitops"},
	} {
		stdout, stderr, code := runDiff(t, args[0], args[1], "--fail-on", "change")
		want := "0 tenants changed, 0 new, 0 removed; objects: 0 added, 0 changed, 0 removed; access widened in 0 places, 0 new findings\n"
		if diff := cmp.Diff(want, stdout); code != exit.OK || diff != "" {
			t.Errorf("%s: exit code %d, %s(-want +got):\n%s", args, code, stderr, diff)
		}
	}
}
