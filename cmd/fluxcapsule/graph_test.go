package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// TestGraph draws what the audit does, and does not judge.
func TestGraph(t *testing.T) {
	for name, test := range map[string]struct {
		args   []string
		code   int
		stdout string
	}{
		"Mermaid":        {[]string{"testdata/audit/repo/tenants/base"}, exit.OK, "flowchart LR\n"},
		"SVG":            {[]string{"testdata/audit/repo/tenants/base", "-o", "svg"}, exit.OK, "<svg xmlns="},
		"a part is lost": {[]string{"testdata/audit/repo"}, exit.Failed, "flowchart LR\n"},
		"no such format": {[]string{"testdata/audit/repo", "-o", "png"}, exit.Failed, ""},
		"no argument":    {nil, exit.Failed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"graph"}, test.args...), nil, &stdout, &stderr)
			if code != test.code || !strings.HasPrefix(stdout.String(), test.stdout) || test.stdout == "" && stdout.Len() > 0 {
				t.Errorf("exit code %d, want %d, and %q at the start of:\n%s%s", code, test.code, test.stdout, stdout.String(), stderr.String())
			}
		})
	}
	t.Chdir("testdata/audit/repo")
	var stdout, stderr bytes.Buffer
	run(t.Context(), []string{"graph", "."}, nil, &stdout, &stderr)
	want, err := os.ReadFile("../repo.mermaid")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), stdout.String()); diff != "" {
		t.Errorf("graph and audit -o mermaid differ (-want +got):\n%s", diff)
	}
}
