package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

// writeFiles writes files into a new folder, and goes there.
func writeFiles(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

const (
	withObjects = goodSpec + "objects: [\"extra/*.yaml\"]\n"
	settings    = "# Settings of the team.\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: good}\n"
)

// TestObjects: the objects in the files that a spec names are printed by build, and
// part of the tenant's file in the tree of fleet.
func TestObjects(t *testing.T) {
	writeFiles(t, map[string]string{"teams/good.yaml": withObjects, "teams/extra/settings.yaml": settings})
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"build", "-f", "teams/good.yaml"}, nil, &stdout, &stderr); code != exit.OK {
		t.Fatalf("exit code %d: %s", code, stderr.String())
	}
	if code, _, stderr := runFleet(t, "", "teams", "--out", "gitops"); code != exit.OK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	tree, err := filepath.Glob("gitops/tenants/*/good.yaml")
	if err != nil || len(tree) != 1 {
		t.Fatal(tree, err)
	}
	file, err := os.ReadFile(tree[0])
	if err != nil {
		t.Fatal(err)
	}
	want := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    toolkit.fluxcd.io/tenant: good\n  name: settings\n  namespace: good\n"
	for from, text := range map[string]string{"build": stdout.String(), "fleet": string(file)} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%s: the ConfigMap is not in\n%s", from, text)
		}
	}
}

// TestObjectsErrors: both commands name the files, the tenant, the object and the field.
func TestObjectsErrors(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"no such file": {map[string]string{"teams/good.yaml": withObjects},
			`teams/good.yaml:1 (document 1): tenant good: objects[0]: Invalid value: "extra/*.yaml": no file has this name`},
		"unknown field": {map[string]string{"teams/good.yaml": withObjects, "teams/extra/x.yaml": settings + "dat: {}\n"},
			`teams/good.yaml:1 (document 1): tenant good: objects[0]: teams/extra/x.yaml:5 (document 1): ConfigMap good/settings: unknown field "dat"`},
		"another namespace": {map[string]string{"teams/good.yaml": withObjects, "teams/extra/x.yaml": strings.Replace(settings, "namespace: good", "namespace: flux-system", 1)},
			`teams/good.yaml:1 (document 1): tenant good: teams/extra/x.yaml:2 (document 1): ConfigMap "flux-system/settings" is invalid: metadata.namespace: Invalid value: "flux-system": must be the tenant's home namespace, good`},
	} {
		t.Run(name, func(t *testing.T) {
			writeFiles(t, test.files)
			for _, args := range [][]string{{"build", "-f", "teams/good.yaml"}, {"fleet", "teams", "--dry-run"}} {
				var stdout, stderr bytes.Buffer
				code := run(t.Context(), args, nil, &stdout, &stderr)
				if code != exit.Failed || !strings.Contains(stderr.String(), test.want) {
					t.Errorf("%s: exit code %d, standard error lacks %q:\n%s", args[0], code, test.want, stderr.String())
				}
			}
		})
	}
}

// TestObjectsOfNoTeam: a file of objects that no spec of a folder names is an error.
func TestObjectsOfNoTeam(t *testing.T) {
	writeFiles(t, map[string]string{
		"teams/good.yaml": withObjects, "teams/extra/settings.yaml": settings, "teams/lost/x.yaml": settings,
	})
	want := "error: teams/lost/x.yaml: holds Kubernetes objects, and no spec names the file in its field objects\n"
	if code, _, stderr := runFleet(t, "", "teams", "--dry-run"); code != exit.Failed || stderr != want {
		t.Errorf("exit code %d, standard error %q, want %q", code, stderr, want)
	}
}
