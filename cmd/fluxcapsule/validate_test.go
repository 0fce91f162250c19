package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

func TestValidate(t *testing.T) {
	const valid = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: a, namespace: b}\nspec: {interval: 1m, url: 'https://git.example.com/x'}\n"
	const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n"
	for name, test := range map[string]struct {
		stdin, stdout, stderr string
		code                  int
	}{
		"valid": {valid + "---\n" + other, "", "1 objects checked, 0 invalid, 1 of other kinds", exit.OK},
		"an unknown field": {strings.Replace(valid, "interval", "intervall", 1), `standard input:1: GitRepository b/a: spec.intervall: `,
			"1 objects checked, 1 invalid, 0 of other kinds", exit.Found},
		"nothing": {"", "", "0 objects checked", exit.OK},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), []string{"validate", "-"}, strings.NewReader(test.stdin), &stdout, &stderr)
			if code != test.code || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("exit code %d, want %d; want %q and %q in:\n%s%s", code, test.code, test.stdout, test.stderr, stdout.String(), stderr.String())
			}
		})
	}
}
