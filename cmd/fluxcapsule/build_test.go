package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

const goodSpec = "name: good\ngit: {url: https://github.com/org/good.git}\n"

func TestBuild(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"build", "-f", "-"}, strings.NewReader(goodSpec), &stdout, &stderr)
	if code != exit.OK || !strings.Contains(stdout.String(), "kind: Tenant\n") {
		t.Errorf("exit code %d, no Tenant in\n%s%s", code, stdout.String(), stderr.String())
	}
}

// TestBuildErrors: every fault of every spec is said, and nothing is printed.
func TestBuildErrors(t *testing.T) {
	bad := goodSpec + "---\nname: Bad\ngit: {url: https://github.com/org/bad.git}\n---\nname: worse\nfoo: 1\n"
	for name, test := range map[string]struct {
		args  []string
		stdin string
		want  []string
	}{
		"two faults":   {[]string{"-f", "-"}, bad, []string{`standard input:4 (document 2): tenant.Spec "Bad" is invalid`, `standard input:8 (document 3): unknown field "foo"`}},
		"no spec":      {[]string{"-f", "-"}, "# nothing\n", []string{"standard input: no tenant spec in it"}},
		"missing file": {[]string{"-f", "absent.yaml"}, "", []string{"absent.yaml: no such file"}},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"build"}, test.args...), strings.NewReader(test.stdin), &stdout, &stderr)
			if code != exit.Failed || stdout.Len() > 0 {
				t.Errorf("exit code %d, want %d, and nothing on standard output:\n%s", code, exit.Failed, stdout.String())
			}
			for _, want := range test.want {
				if !strings.Contains(stderr.String(), want) {
					t.Errorf("standard error lacks %q:\n%s", want, stderr.String())
				}
			}
		})
	}
}
