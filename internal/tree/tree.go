package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"sync/atomic"
)

// Changes lists the changes, made or planned, to the files of a tree. The paths are
// relative to its root, with slashes.
type Changes struct {
	// Written are the files that were missing or differed.
	Written []string

	// Removed are the files with the mark that are not part of the tree any more.
	Removed []string

	// Foreign are the files without the mark in directories without a file of the tree.
	// They stay.
	Foreign []string

	// Unchanged is the number of files that did not change.
	Unchanged int
}

// A Tree is a directory and the pending changes to it.
type Tree struct {
	root    *os.Root // nil in a plan for a directory that is not there
	dry     bool
	diff    io.Writer
	staged  atomic.Int64
	added   []Change // those that change something
	adopted map[string]bool
	kept    map[string]bool
	dirs    map[string]bool // of the files kept
	changes Changes
}

// staging is a directory in the root for content that is not in its place yet. Open
// removes one that a killed process left.
const staging = ".fluxcapsule.staging"

// Open returns the tree at a directory, which it creates if necessary. Only one
// process at a time may have it open.
func Open(dir string) (*Tree, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	t := newTree(root)
	if err := root.RemoveAll(staging); err != nil {
		root.Close()
		return nil, err
	}
	return t, nil
}

// Plan returns the tree at a directory, which need not exist. Its Commit changes
// nothing. Its changes are written to diff as a unified diff when they are added,
// unless diff is nil.
func Plan(dir string, diff io.Writer) (*Tree, error) {
	root, err := os.OpenRoot(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	t := newTree(root)
	t.dry, t.diff = true, diff
	return t, nil
}

func newTree(root *os.Root) *Tree {
	return &Tree{root: root, adopted: map[string]bool{}, kept: map[string]bool{}, dirs: map[string]bool{}}
}

// Close discards changes that have not been committed.
func (t *Tree) Close() error {
	if t.root == nil {
		return nil
	}
	var err error
	if !t.dry && t.staged.Load() > 0 {
		err = t.root.RemoveAll(staging)
	}
	return errors.Join(err, t.root.Close())
}

// A Change is the difference between a new file and the existing one.
type Change struct {
	path     string
	staged   string // where the new content is, or empty
	differs  bool
	old, new []byte // in a plan
}

// Compare reads the existing file and stages the new content if it differs. It may be
// called concurrently. An existing file without the mark is an error.
func (t *Tree) Compare(f File) (Change, error) {
	c := Change{path: f.Path}
	if !fs.ValidPath(f.Path) {
		return c, &fs.PathError{Op: "write", Path: f.Path, Err: fs.ErrInvalid}
	}
	content := f.marked()
	old, err := t.read(f.Path)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return c, err
	case err == nil && bytes.Equal(old, content):
		return c, nil
	case err == nil && !hasMark(old) && !t.adopted[f.Path]:
		return c, fmt.Errorf("%s does not begin with %q: somebody else's file is not overwritten", f.Path, Mark)
	}
	c.differs = true
	if t.dry {
		c.old, c.new = old, content
		return c, nil
	}
	c.staged, err = t.stage(content)
	return c, err
}

func (t *Tree) read(path string) ([]byte, error) {
	if t.root == nil {
		return nil, fs.ErrNotExist
	}
	return t.root.ReadFile(path)
}

// stage writes content to a new file.
func (t *Tree) stage(content []byte) (string, error) {
	name := path.Join(staging, strconv.FormatInt(t.staged.Add(1), 10))
	err := t.root.WriteFile(name, content, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		if err := t.root.Mkdir(staging, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		err = t.root.WriteFile(name, content, 0o644)
	}
	return name, err
}

// Add adds a change to the next Commit. The error is from writing the diff.
func (t *Tree) Add(c Change) error {
	t.kept[c.path] = true
	t.dirs[path.Dir(c.path)] = true
	if !c.differs {
		t.changes.Unchanged++
		return nil
	}
	if t.dry {
		t.changes.Written = append(t.changes.Written, c.path)
		return t.print(c.path, c.old, c.new)
	}
	t.added = append(t.added, c)
	return nil
}

// Commit makes the changes, and removes from the directories given, and those below
// them, the marked files that have not been added. When it is interrupted or fails,
// every file is either old or new, and the returned Changes list the changes that
// were made.
func (t *Tree) Commit(ctx context.Context, dirs ...string) (Changes, error) {
	for _, c := range t.added {
		if err := ctx.Err(); err != nil {
			return t.changes, err
		}
		if err := t.put(c); err != nil {
			return t.changes, err
		}
		t.changes.Written = append(t.changes.Written, c.path)
	}
	t.added = nil
	for _, dir := range dirs {
		if err := t.clean(ctx, dir); err != nil {
			return t.changes, err
		}
	}
	return t.changes, nil
}

func (t *Tree) put(c Change) error {
	err := t.root.Rename(c.staged, c.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := t.root.MkdirAll(path.Dir(c.path), 0o755); err != nil {
			return err
		}
		err = t.root.Rename(c.staged, c.path)
	}
	return err
}

// clean removes the files that are left over in a directory, and empty directories.
func (t *Tree) clean(ctx context.Context, dir string) error {
	if t.root == nil {
		return nil
	}
	var left []string // directories in which nothing was added
	err := fs.WalkDir(t.root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && name == dir && errors.Is(err, fs.ErrNotExist):
			return fs.SkipAll
		case err != nil:
			return err
		case entry.IsDir():
			if name != dir && !t.dirs[name] {
				left = append(left, name)
			}
			return nil
		case t.kept[name]:
			return nil
		}
		return t.leftOver(name, entry)
	})
	if t.dry {
		return err
	}
	for _, name := range slices.Backward(left) { // what is in a directory comes before it
		_ = t.root.Remove(name) // fails when there is something in it
	}
	return err
}

// leftOver removes a file that carries the mark.
func (t *Tree) leftOver(name string, entry fs.DirEntry) error {
	var content []byte
	if entry.Type().IsRegular() {
		var err error
		if content, err = t.root.ReadFile(name); err != nil {
			return err
		}
	}
	if !hasMark(content) {
		if !t.dirs[path.Dir(name)] {
			t.changes.Foreign = append(t.changes.Foreign, name)
		}
		return nil
	}
	if !t.dry {
		if err := t.root.Remove(name); err != nil {
			return err
		}
	}
	t.changes.Removed = append(t.changes.Removed, name)
	return t.print(name, content, nil)
}
