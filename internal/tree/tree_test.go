package tree_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

const mark = tree.Mark + "\n"

// files is the content of a directory, by path.
type files map[string]string

func (f files) write(t testing.TB, dir string) {
	t.Helper()
	for name, content := range f {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// read returns every file below a directory; a directory without any is "".
func read(t testing.TB, dir string) files {
	t.Helper()
	found := files{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if inside, err := os.ReadDir(filepath.Join(dir, name)); err != nil || len(inside) > 0 || name == "." {
				return err
			}
			found[name+"/"] = ""
			return nil
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		found[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// apply adds the files to the tree, in order, and commits.
func apply(ctx context.Context, t *tree.Tree, files []tree.File, dirs ...string) (tree.Changes, error) {
	for _, file := range files {
		change, err := t.Compare(file)
		if err != nil {
			return tree.Changes{}, err
		}
		if err := t.Add(change); err != nil {
			return tree.Changes{}, err
		}
	}
	return t.Commit(ctx, dirs...)
}

func open(t testing.TB, dir string) *tree.Tree {
	t.Helper()
	opened, err := tree.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}

var wanted = []tree.File{
	{Path: "tenants/a/tenant.yaml", Content: []byte("a: 2\n")},
	{Path: "tenants/b/tenant.yaml", Content: []byte("b: 1\n")},
	{Path: "tenants/c/deep/tenant.yaml", Content: []byte("c: 1\n")},
	{Path: "tenants/kustomization.yaml", Content: []byte("all: abc\n")},
}

var before = files{
	"tenants/a/tenant.yaml":        mark + "a: 1\n",
	"tenants/a/notes.md":           "mine\n",
	"tenants/b/tenant.yaml":        mark + "b: 1\n",
	"tenants/gone/deep/1.yaml":     mark + "x: 1\n",
	"tenants/gone/deep/2.yaml":     mark + "x: 2\n",
	"tenants/left/tenant.yaml":     mark + "x: 1\n",
	"tenants/left/kept.yaml":       "by: hand\n",
	"tenants/kustomization.yaml":   mark + "all: ab\n",
	"elsewhere/out-of-the-way.yml": mark + "not in a directory that is cleaned\n",
}

var after = files{
	"tenants/a/tenant.yaml":        mark + "a: 2\n",
	"tenants/a/notes.md":           "mine\n",
	"tenants/b/tenant.yaml":        mark + "b: 1\n",
	"tenants/c/deep/tenant.yaml":   mark + "c: 1\n",
	"tenants/left/kept.yaml":       "by: hand\n",
	"tenants/kustomization.yaml":   mark + "all: abc\n",
	"elsewhere/out-of-the-way.yml": mark + "not in a directory that is cleaned\n",
}

var changes = tree.Changes{
	Written:   []string{"tenants/a/tenant.yaml", "tenants/c/deep/tenant.yaml", "tenants/kustomization.yaml"},
	Removed:   []string{"tenants/gone/deep/1.yaml", "tenants/gone/deep/2.yaml", "tenants/left/tenant.yaml"},
	Foreign:   []string{"tenants/left/kept.yaml"},
	Unchanged: 1,
}

func TestCommit(t *testing.T) {
	dir := t.TempDir()
	before.write(t, dir)
	got, err := apply(t.Context(), open(t, dir), wanted, "tenants", "not-there")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(changes, got); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	second := open(t, dir)
	got, err = apply(t.Context(), second, wanted, "tenants")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree.Changes{Unchanged: 4, Foreign: changes.Foreign}, got); diff != "" {
		t.Errorf("changes of the second run differ (-want +got):\n%s", diff)
	}
	second.Close()
	if diff := cmp.Diff(after, withoutStaging(read(t, dir))); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}

// withoutStaging leaves out the staging directory, which is there until Close.
func withoutStaging(f files) files {
	for name := range f {
		if strings.HasPrefix(name, ".fluxcapsule.staging/") {
			delete(f, name)
		}
	}
	return f
}

func TestCommitToADirectoryThatIsNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	opened := open(t, dir)
	if _, err := apply(t.Context(), opened, wanted, "tenants"); err != nil {
		t.Fatal(err)
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	want := files{}
	for _, file := range wanted {
		want[file.Path] = mark + string(file.Content)
	}
	if diff := cmp.Diff(want, read(t, dir)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}

// TestCloseGivesUp: staged changes that are not committed leave no trace.
func TestCloseGivesUp(t *testing.T) {
	dir := t.TempDir()
	before.write(t, dir)
	opened := open(t, dir)
	for _, file := range wanted {
		if _, err := opened.Compare(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := opened.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, read(t, dir)); diff != "" {
		t.Errorf("the tree changed (-before +after):\n%s", diff)
	}
}

func TestOpenRemovesWhatAKilledProcessLeft(t *testing.T) {
	dir := t.TempDir()
	before.write(t, dir)
	files{".fluxcapsule.staging/1": "half"}.write(t, dir)
	open(t, dir)
	if diff := cmp.Diff(before, read(t, dir)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}

// TestPlan writes a diff that git turns into the very changes.
func TestPlan(t *testing.T) {
	dir := t.TempDir()
	before := files{"tenants/kustomization.yaml": mark + "all: a"} // a last line that does not end
	for name, content := range beforePlan() {
		before[name] = content
	}
	before.write(t, dir)
	var diff bytes.Buffer
	plan, err := tree.Plan(dir, &diff)
	if err != nil {
		t.Fatal(err)
	}
	defer plan.Close()
	got, err := apply(t.Context(), plan, wanted, "tenants")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(changes, got); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, read(t, dir)); diff != "" {
		t.Errorf("a plan changed the tree (-before +after):\n%s", diff)
	}

	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not there to apply the diff")
	}
	cmd := exec.Command(git, "apply", "--unsafe-paths", "-")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
	cmd.Stdin = bytes.NewReader(diff.Bytes())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s\n%s", err, out, diff.Bytes())
	}
	if diff := cmp.Diff(after, read(t, dir)); diff != "" {
		t.Errorf("git makes something else of the diff (-want +got):\n%s", diff)
	}
}

func beforePlan() files {
	f := files{}
	for name, content := range before {
		if name != "tenants/kustomization.yaml" {
			f[name] = content
		}
	}
	return f
}

func TestPlanOfADirectoryThatIsNotThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not-there")
	var diff bytes.Buffer
	plan, err := tree.Plan(dir, &diff)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := apply(t.Context(), plan, wanted[:1], "tenants"); err != nil {
		t.Fatal(err)
	}
	const want = `--- /dev/null
+++ b/tenants/a/tenant.yaml
@@ -0,0 +1,2 @@
+# Code generated by fluxcapsule. DO NOT EDIT.
+a: 2
`
	if diff := cmp.Diff(want, diff.String()); diff != "" {
		t.Errorf("the diff differs (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("a plan made the directory")
	}
}

func TestCompareRefuses(t *testing.T) {
	tests := map[string]struct {
		before files
		link   [2]string // target, name
		path   string
		want   string
	}{
		"somebody else's file": {before: files{"tenants/a.yaml": "by: hand\n"}, path: "tenants/a.yaml", want: "tenants/a.yaml does not begin with"},
		"mark further down":    {before: files{"a.yaml": "\n" + mark}, path: "a.yaml", want: "does not begin with"},
		"a directory":          {before: files{"a.yaml/x": ""}, path: "a.yaml", want: "is a directory"},
		"up":                   {path: "../a.yaml", want: "invalid argument"},
		"absolute":             {path: "/a.yaml", want: "invalid argument"},
		"unclean":              {path: "tenants/../a.yaml", want: "invalid argument"},
		"directory that is a link out of the root": {link: [2]string{"..", "tenants"}, path: "tenants/a.yaml", want: "path escapes from parent"},
		"file that is a link out of the root":      {link: [2]string{"../outside", "a.yaml"}, path: "a.yaml", want: "path escapes from parent"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "root")
			test.before.write(t, dir)
			opened := open(t, dir)
			if test.link != [2]string{} {
				if err := os.Symlink(test.link[0], filepath.Join(dir, test.link[1])); err != nil {
					t.Fatal(err)
				}
			}
			outside := files{"outside": mark + "old\n", "a.yaml": mark + "old\n"}
			outside.write(t, filepath.Dir(dir))
			_, err := apply(t.Context(), opened, []tree.File{{Path: test.path, Content: []byte("new\n")}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
			for name, want := range outside {
				got, err := os.ReadFile(filepath.Join(filepath.Dir(dir), name))
				if err != nil || string(got) != want {
					t.Errorf("%s, outside of the root, is now %q (%v)", name, got, err)
				}
			}
		})
	}
}

// TestLinksAreNotFollowedOnTheWayOut: files to remove are searched only in the
// directory, and a link is not a generated file.
func TestLinksAreNotFollowedOnTheWayOut(t *testing.T) {
	top := t.TempDir()
	dir := filepath.Join(top, "root")
	outside := files{"outside/tenant.yaml": mark}
	outside.write(t, top)
	files{"tenants/a.yaml": mark}.write(t, dir)
	for name, target := range map[string]string{"dir": "../../outside", "file": "../../outside/tenant.yaml"} {
		if err := os.Symlink(target, filepath.Join(dir, "tenants", name)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := open(t, dir).Commit(t.Context(), "tenants")
	if err != nil {
		t.Fatal(err)
	}
	want := tree.Changes{Removed: []string{"tenants/a.yaml"}, Foreign: []string{"tenants/dir", "tenants/file"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes differ (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(top, "outside/tenant.yaml")); err != nil {
		t.Error(err)
	}
}
