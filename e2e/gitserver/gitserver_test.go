package gitserver_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
)

func TestPush(t *testing.T) {
	server, err := gitserver.Start(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	for _, files := range []map[string]string{
		{"a.yaml": "a: 1\n", "dir/b.yaml": "b: 1\n"},
		{"a.yaml": "a: 2\n", "c.yaml": ""}, // the second push replaces the first
	} {
		if err := server.Push(t.Context(), "team", files); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(files, clone(t, server.URL("team"))); diff != "" {
			t.Errorf("clone of what was pushed (-want +got):\n%s", diff)
		}
	}
}

// clone returns the files of a repository's branch, by path.
func clone(t *testing.T, url string) map[string]string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "git", "clone", "--quiet", "--branch="+gitserver.Branch, url, dir).CombinedOutput(); err != nil {
		t.Fatalf("git clone: %v\n%s", err, out)
	}
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
