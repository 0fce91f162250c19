package tree_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

// generation is one version of a tree of many files, in which every generation
// changes some, adds some and drops some, and a list of them that comes last.
func generation(g, n int) []tree.File {
	var all []tree.File
	var list strings.Builder
	for i := g * n / 10; i < g*n/10+n; i++ {
		name := fmt.Sprintf("tenants/t%d/tenant.yaml", i)
		version := g
		if i%3 == 0 {
			version = 0 // the same in all
		}
		content := strings.Repeat(fmt.Sprintf("%d of generation %d\n", i, version), 300)
		all = append(all, tree.File{Path: name, Content: []byte(content)})
		fmt.Fprintln(&list, name)
	}
	return append(all, tree.File{Path: "tenants/kustomization.yaml", Content: []byte(list.String())})
}

func contents(g, n int) files {
	f := files{}
	for _, file := range generation(g, n) {
		f[file.Path] = mark + string(file.Content)
	}
	return f
}

// eitherOldOrNew checks that every file is as in one generation or as in the
// next, and that the files listed are there.
func eitherOldOrNew(t *testing.T, dir string, old, new files) (changed int) {
	t.Helper()
	found := withoutStaging(read(t, dir))
	for name, content := range found {
		if content != old[name] && content != new[name] && !strings.HasSuffix(name, "/") {
			t.Errorf("%s is neither old nor new: %d bytes", name, len(content))
		}
		if content == new[name] && content != old[name] {
			changed++
		}
	}
	for name := range old {
		if _, ok := new[name]; ok && found[name] == "" {
			t.Errorf("%s is gone, and is part of both", name)
		}
	}
	list := strings.TrimPrefix(found["tenants/kustomization.yaml"], mark)
	for name := range strings.Lines(list) {
		if name = strings.TrimSpace(name); found[name] == "" {
			t.Errorf("%s is listed, and not there", name)
		}
	}
	return changed
}

const (
	child = "TREE_TEST_CHILD"
	many  = 100
	kills = 10
)

// TestKilled kills a process that goes from one generation to the next, at random
// moments, and checks the files that it leaves. The next process completes the work.
func TestKilled(t *testing.T) {
	if dir := os.Getenv(child); dir != "" {
		opened, err := tree.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("ready")
		if _, err := apply(context.Background(), opened, generation(1, many), "tenants"); err != nil {
			t.Fatal(err)
		}
		opened.Close()
		return
	}
	old, new := contents(0, many), contents(1, many)
	start := func(dir string) (*exec.Cmd, time.Time) {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$", "-test.v")
		cmd.Env = append(os.Environ(), child+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(out); lines.Scan() && !strings.HasSuffix(lines.Text(), "ready"); {
		}
		return cmd, time.Now()
	}

	dir := t.TempDir()
	old.write(t, dir)
	cmd, began := start(dir)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	full := time.Since(began)

	halfway := 0
	for range kills {
		dir := t.TempDir()
		old.write(t, dir)
		cmd, _ := start(dir)
		time.Sleep(rand.N(full))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()

		if n := eitherOldOrNew(t, dir, old, new); n > 0 && n < len(new) {
			halfway++
		}
		opened := open(t, dir)
		if _, err := apply(t.Context(), opened, generation(1, many), "tenants"); err != nil {
			t.Fatal(err)
		}
		opened.Close()
		if diff := cmp.Diff(new, read(t, dir)); diff != "" {
			t.Fatalf("the next run does not end the work (-want +got):\n%s", diff)
		}
	}
	t.Logf("%d of %d were killed between the first and the last file; a full run takes %v", halfway, kills, full)
}

// TestInterrupted stops at every step in turn.
func TestInterrupted(t *testing.T) {
	const few = 10
	old, new := contents(0, few), contents(1, few)
	// A step is a file, changed or removed.
	for steps := 0; ; steps++ {
		dir := t.TempDir()
		old.write(t, dir)
		opened := open(t, dir)
		_, err := apply(&countdown{t.Context(), steps}, opened, generation(1, few), "tenants")
		opened.Close()
		eitherOldOrNew(t, dir, old, new)
		if _, staged := os.Stat(filepath.Join(dir, ".fluxcapsule.staging")); staged == nil {
			t.Fatalf("after %d steps: the staging directory is still there", steps)
		}
		if err == nil {
			if diff := cmp.Diff(new, read(t, dir)); diff != "" {
				t.Errorf("the tree differs (-want +got):\n%s", diff)
			}
			return
		}
	}
}

// countdown is a context that is done after it has been asked so many times.
type countdown struct {
	context.Context
	left int
}

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}
