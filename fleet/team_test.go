package fleet_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/internal/schematest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	teamSpec  = "name: dev-team\ngit: {url: https://github.com/org/dev-team.git}\n"
	configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %, namespace: dev-team}\n"
)

// object is a ConfigMap of the tenant.
func object(name string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(strings.ReplaceAll(configMap, "%", name))}
}

// TestFolder: a spec gets the objects of the files that it names, in the order of the
// names, with their positions.
func TestFolder(t *testing.T) {
	files := fstest.MapFS{
		"a/team.yaml":       {},
		"a/extra/one.yaml":  object("one"),
		"a/extra/two.yaml":  {Data: []byte(strings.ReplaceAll(configMap, "%", "two") + "---\n" + strings.ReplaceAll(configMap, "%", "three"))},
		"shared/quota.yaml": object("shared"),
		"b[1]/team.yaml":    {},
		"b[1]/x.yaml":       object("x"),
	}
	for name, test := range map[string]struct {
		file, objects string
		want          []string
	}{
		"none":             {"a/team.yaml", "", nil},
		"a name":           {"a/team.yaml", "objects: [extra/one.yaml]", []string{"teams/a/extra/one.yaml:1 (document 1): one"}},
		"a pattern":        {"a/team.yaml", `objects: ["extra/*.yaml"]`, []string{"teams/a/extra/one.yaml:1 (document 1): one", "teams/a/extra/two.yaml:1 (document 1): two", "teams/a/extra/two.yaml:5 (document 2): three"}},
		"another folder":   {"a/team.yaml", "objects: [../shared/quota.yaml]", []string{"teams/shared/quota.yaml:1 (document 1): shared"}},
		"brackets":         {"b[1]/team.yaml", `objects: ["*x.yaml"]`, []string{"teams/b[1]/x.yaml:1 (document 1): x"}},
		"in the order":     {"a/team.yaml", "objects: [../shared/quota.yaml, extra/one.yaml]", []string{"teams/shared/quota.yaml:1 (document 1): shared", "teams/a/extra/one.yaml:1 (document 1): one"}},
		"of the base, too": {"a/team.yaml", "objects: [./extra/../extra/one.yaml]", []string{"teams/a/extra/one.yaml:1 (document 1): one"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := fleet.Folder{FS: files, Path: "teams"}
			var got []string
			for spec, err := range folder.ReadSpecs(strings.NewReader(teamSpec+test.objects), test.file) {
				if err != nil {
					t.Fatal(err)
				}
				for _, obj := range spec.Objects {
					got = append(got, obj.Position.String()+": "+obj.Object.GetName())
				}
				if bundle, err := tenant.Build(spec); err != nil || len(test.want) > 0 && len(bundle.Objects()) < len(test.want) {
					t.Errorf("does not build: %v", err)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// TestFolderErrors: an error names the file and the tenant of the spec, the field, and
// the file and the field of an object.
func TestFolderErrors(t *testing.T) {
	files := fstest.MapFS{
		"team.yaml":      {},
		"typo.yaml":      {Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndat: {}\n")},
		"empty.yaml":     {Data: []byte("# nothing\n")},
		"status.yaml":    {Data: []byte("apiVersion: v1\nkind: Status\n")},
		"sub/x.yaml":     object("x"),
		"fifo.yaml":      {Mode: fs.ModeNamedPipe},
		"elsewhere.yaml": object("x"),
	}
	const at = "teams/team.yaml:1 (document 1): tenant dev-team: objects[0]: "
	for objects, want := range map[string]string{
		"[absent.yaml]":         at + `Invalid value: "absent.yaml": no file has this name`,
		`["x/*.yaml"]`:          at + `Invalid value: "x/*.yaml": no file has this name`,
		`["[.yaml"]`:            at + `Invalid value: "[.yaml": syntax error in pattern`,
		"[../secret.yaml]":      at + `Invalid value: "../secret.yaml": must be a path relative to the file of the spec, within the folder that is read`,
		"[/etc/passwd]":         at + `Invalid value: "/etc/passwd": must be a path relative`,
		"[sub]":                 at + `Invalid value: "sub": sub is not a regular file`,
		"[fifo.yaml]":           at + `Invalid value: "fifo.yaml": fifo.yaml is not a regular file`,
		"[typo.yaml]":           at + `teams/typo.yaml:4 (document 1): ConfigMap x: unknown field "dat"`,
		"[empty.yaml]":          at + `teams/empty.yaml: no objects`,
		"[status.yaml]":         at + `teams/status.yaml:1 (document 1): a *v1.Status has no name`,
		"[sub/x.yaml, no.yaml]": strings.Replace(at, "[0]", "[1]", 1) + `Invalid value: "no.yaml": no file has this name`,
	} {
		t.Run(objects, func(t *testing.T) {
			folder := fleet.Folder{FS: files, Path: "teams"}
			for spec, err := range folder.ReadSpecs(strings.NewReader(teamSpec+"objects: "+objects), "team.yaml") {
				if err == nil || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("error %v, want %s", err, want)
				}
				if spec.Name != "" {
					t.Errorf("a spec comes with the error: %v", spec)
				}
			}
		})
	}
}

// TestFolderRoot: a symbolic link does not lead out of an os.Root.
func TestFolderRoot(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	err1 := os.WriteFile(secret, object("secret").Data, 0o600)
	err2 := os.Symlink(secret, filepath.Join(dir, "link.yaml"))
	root, err3 := os.OpenRoot(dir)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	for spec, err := range (fleet.Folder{FS: root.FS()}).ReadSpecs(strings.NewReader(teamSpec+"objects: [\"*.yaml\"]"), "team.yaml") {
		if err == nil || !strings.Contains(err.Error(), "path escapes from parent") {
			t.Errorf("objects %v, error %v", spec.Objects, err)
		}
	}
}

// TestReadSpecsWithoutFolder: a reader alone has no files.
func TestReadSpecsWithoutFolder(t *testing.T) {
	for _, err := range fleet.ReadSpecs(strings.NewReader(teamSpec + "objects: [x.yaml]")) {
		if want := "line 1 (document 1): tenant dev-team: objects: Forbidden: names files"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestTeamSchema(t *testing.T) {
	schema := schematest.Parse(t, fleet.TeamSchema())
	schematest.Compare(t, schema, reflect.TypeFor[fleet.Team]())
	valid := fleet.Team{Spec: tenant.Spec{Name: "dev-team", Git: tenant.Git{URL: "https://x.example.com/y"}}, Objects: []string{"extra/*.yaml"}}
	if faults := schematest.Faults(t, schema, valid); len(faults) > 0 {
		t.Errorf("a valid team: %v", faults)
	}
	for name, spoil := range map[string]func(*fleet.Team){
		"no source": func(team *fleet.Team) { team.Git = tenant.Git{} },
		"no file":   func(team *fleet.Team) { team.Objects = []string{""} },
	} {
		spoilt := valid.DeepCopy()
		spoil(spoilt)
		if faults := schematest.Faults(t, schema, spoilt); len(faults) == 0 {
			t.Errorf("%s: the schema accepts it", name)
		}
	}
}
