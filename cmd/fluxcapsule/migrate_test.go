package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestMigrate: the printed specs build, the report names the changes, and the tree
// holds the modern objects.
func TestMigrate(t *testing.T) {
	dir := t.TempDir()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{
		"migrate", "--proxy", "https://capsule-proxy.capsule-system.svc:9001", "--proxy-ca", "../../examples/devteam/ca.crt",
		"--audience", "https://kubernetes.default.svc.cluster.local", "--tree", dir, "testdata/migrate",
	}, nil, &stdout, &stderr)
	if code != exit.OK {
		t.Fatal(stderr.String())
	}
	var spec tenant.Spec
	if err := manifest.NewDecoder(&stdout, nil).DecodeInto(&spec); err != nil {
		t.Fatal(err)
	}
	if _, err := tenant.Build(spec); err != nil {
		t.Errorf("the printed spec does not build: %v", err)
	}
	for _, want := range []string{"blue-team:\n", `becomes "fluxcapsule-home", was "cluster-admin"`, "tokenless"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, stderr.String())
		}
	}
	written, err := os.ReadFile(filepath.Join(dir, "tenants/051/blue-team.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(written, []byte("apiVersion: capsule.clastix.io/v1beta2")) {
		t.Errorf("the tree holds no modern Tenant:\n%s", written)
	}
}

func TestMigrateErrors(t *testing.T) {
	for name, test := range map[string]struct {
		args  []string
		stdin string
		want  string
	}{
		"no tenant": {[]string{"-"}, "apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n", "no Capsule Tenant"},
		"no YAML":   {[]string{"-"}, "a: b: c\n", "standard input:1"},
		"no folder": {[]string{"testdata/absent"}, "", "testdata/absent"},
		"no scheme": {[]string{"--proxy", "capsule-proxy:9001", "--proxy-ca", "../../examples/devteam/ca.crt", "-"}, "",
			`proxy: Invalid value: "capsule-proxy:9001": must begin with https://`},
		"no TLS": {[]string{"--proxy", "http://capsule-proxy:9001", "--proxy-ca", "../../examples/devteam/ca.crt", "-"}, "", "must begin with https://"},
		"no CA":  {[]string{"--proxy", "https://p", "--proxy-ca", "none", "-"}, "", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), append([]string{"migrate"}, test.args...), strings.NewReader(test.stdin), &stdout, &stderr)
			if code != exit.Failed || !strings.Contains(stderr.String(), test.want) {
				t.Errorf("exit code %d, want %d, and %q on standard error: %s", code, exit.Failed, test.want, stderr.String())
			}
			if stdout.Len() > 0 {
				t.Errorf("it printed %s", stdout.String())
			}
		})
	}
}
