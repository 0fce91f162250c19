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
		flags                 []string
	}{
		"an old version": {strings.Replace(valid, "spec: {", "spec: {provider: aws, ", 1), `provider: Unsupported value: "aws": supported values: "generic", "azure", "github" (accepted from Flux 2.9 on)`,
			"1 objects checked, 1 invalid", exit.Found, []string{"--flux-version", "2.7"}},
		"all versions":           {strings.Replace(valid, "spec: {", "spec: {provider: aws, ", 1), `(accepted from Flux 2.9 on)`, "1 invalid", exit.Found, []string{"--all-versions"}},
		"an unsupported version": {valid, "", `capsuleVersion: Unsupported value: "0.12"`, exit.Failed, []string{"--capsule-version", "0.12"}},
		"a removed API version":  {strings.Replace(valid, "/v1", "/v1beta2", 1), "no such kind is served", "1 invalid, 0 of other kinds", exit.Found, nil},
		"valid":                  {valid + "---\n" + other, "", "1 objects checked, 0 invalid, 1 of other kinds", exit.OK, nil},
		"an unknown field": {strings.Replace(valid, "interval", "intervall", 1), `standard input:1: GitRepository b/a: spec.intervall: `,
			"1 objects checked, 1 invalid, 0 of other kinds", exit.Found, nil},
		"an expression": {"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: b}\nspec: {interval: 1m, prune: true, sourceRef: {kind: GitRepository, name: a}, healthCheckExprs: [{apiVersion: a/v1, kind: A, current: 'status.x =='}]}\n",
			`Kustomization b/a: spec.healthCheckExprs[0].current: Invalid value: "status.x ==": must be a CEL expression`, "1 objects checked, 1 invalid", exit.Found, nil},
		"nothing": {"", "", "no objects in -", exit.Failed, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"validate", "-"}, test.flags...), strings.NewReader(test.stdin), &stdout, &stderr)
			if code != test.code || !strings.Contains(stdout.String(), test.stdout) || !strings.Contains(stderr.String(), test.stderr) {
				t.Errorf("exit code %d, want %d; want %q and %q in:\n%s%s", code, test.code, test.stdout, test.stderr, stdout.String(), stderr.String())
			}
		})
	}
}
