package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// TestErrorsNameTheInput: an error names the file, or the flag, and the field.
func TestErrorsNameTheInput(t *testing.T) {
	writeFiles(t, map[string]string{
		"teams.yaml": goodSpec, "bad.yaml": goodSpec + "foo: 1\n", "nothing/readme.md": "", "ca.crt": "not PEM",
		"platform.yaml": "git: {url: ftp://x}\nclusters: [{name: production}]\n", "typo.yaml": "clutsers: []\n",
		"access.yaml": "proxy: http://proxy\nsecretRef: {}\n", "baseline.json": "{", "object.yaml": settings,
		"broken/x.yaml": settings + "data: [\n",
	})
	t.Setenv("KUBECONFIG", "/nonexistent/kubeconfig")
	for line, want := range map[string]string{
		"build -f bad.yaml":                                           `bad.yaml:3 (document 1): unknown field "foo"`,
		"build -f nothing":                                            "nothing: no tenant spec in it",
		"fleet nothing":                                               "nothing: fleet: the fleet has no tenants",
		"fleet absent.yaml":                                           "absent.yaml: no such file",
		"fleet teams.yaml --platform typo.yaml":                       `typo.yaml:1 (document 1): unknown field "clutsers"`,
		"fleet teams.yaml --platform platform.yaml":                   `platform.yaml: fleet.Platform "" is invalid: git.url: Invalid value: "ftp://x"`,
		"fleet teams.yaml --access access.yaml":                       `access.yaml: proxy: Invalid value: "http://proxy": must begin with https://`,
		"audit absent":                                                "absent: no such file",
		"audit nothing":                                               "no objects in nothing",
		"audit broken":                                                "broken/x.yaml:6",
		"audit object.yaml --baseline baseline.json":                  "baseline.json: not a baseline: ",
		"audit object.yaml --output pdf":                              "--output pdf: must be text, json, sarif, html, mermaid or svg",
		"audit object.yaml --fail-on all":                             `"all" for "--fail-on" flag`,
		"audit --cluster":                                             "there is no kubeconfig",
		"diff nothing object.yaml":                                    "no objects in nothing",
		"diff object.yaml object.yaml --fail-on x":                    "--fail-on x: must be widened, error, change or never",
		"graph object.yaml --output png":                              "--output png: must be mermaid or svg",
		"migrate object.yaml --proxy http://proxy":                    `--proxy http://proxy, --proxy-ca not given: `,
		"migrate object.yaml --proxy https://proxy --proxy-ca ca.crt": "--proxy-ca ca.crt: ca: Invalid value: ",
		"migrate object.yaml --audience x":                            "name its URL with --proxy",
		"validate nothing":                                            "no objects in nothing",
		"validate broken":                                             "broken/x.yaml:6",
		"validate object.yaml --flux-version 1.0":                     `fluxVersion: Unsupported value: "1.0"`,
		"leftovers dev-team":                                          "there is no kubeconfig",
		"kubeconfig":                                                  "--serviceaccount is missing",
		"schema nope":                                                 `invalid argument "nope"`,
	} {
		t.Run(line, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), strings.Fields(line), nil, &stdout, &stderr)
			if code != exit.Failed || !strings.Contains(stdout.String()+stderr.String(), want) {
				t.Errorf("exit code %d, the output lacks %q:\n%s%s", code, want, stdout.String(), stderr.String())
			}
		})
	}
}
