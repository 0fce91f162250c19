package repository

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// Limits of what is read, so that time and memory are bounded.
const (
	maxFile    = 16 << 20 // bytes of a file
	maxEntries = 500_000  // files and folders that are listed
)

// A tree is a file system whose folders are listed once, when they are first read.
// It has only folders and regular files: symbolic links are not followed.
type tree struct {
	fsys    fs.FS
	ignore  *ignore
	folders map[string]*folder
	entries int // listed so far
}

// A folder has the entries of a folder.
type folder struct {
	names    []string // of all entries, in order
	modes    map[string]fs.FileMode
	ignored  map[string]string // reasons, of the entries that are left out
	patterns []gitignore.Pattern
	err      error // of listing it
}

func newTree(fsys fs.FS, ignore *ignore) *tree {
	return &tree{fsys: fsys, ignore: ignore, folders: map[string]*folder{}}
}

// folder returns the folder at a path, or nil if there is none.
func (t *tree) folder(dir string) *folder {
	if known, ok := t.folders[dir]; ok {
		return known
	}
	if dir != "." && !t.isDir(dir) {
		return nil
	}
	f := &folder{modes: map[string]fs.FileMode{}, ignored: map[string]string{}}
	t.folders[dir] = f
	if t.entries > maxEntries {
		f.err = fmt.Errorf("is not read: the repository has more than %d files", maxEntries)
		return f
	}
	entries, err := fs.ReadDir(t.fsys, dir)
	if err != nil {
		f.err = reason(err)
	}
	t.entries += len(entries)
	for _, entry := range entries {
		f.names = append(f.names, entry.Name())
		f.modes[entry.Name()] = entry.Type()
	}
	if dir != "." {
		f.patterns = t.folder(path.Dir(dir)).patterns
	}
	t.ignore.apply(t, dir, f)
	return f
}

// mode returns the type of the file at a path, and the reason if it is skipped.
func (t *tree) mode(name string) (mode fs.FileMode, ignored string, ok bool) {
	if name == "." {
		return fs.ModeDir, "", true
	}
	if !fs.ValidPath(name) {
		return 0, "", false
	}
	parent := t.folder(path.Dir(name))
	if parent == nil {
		return 0, "", false
	}
	mode, ok = parent.modes[path.Base(name)]
	return mode, parent.ignored[path.Base(name)], ok
}

func (t *tree) isDir(name string) bool {
	mode, ignored, ok := t.mode(name)
	return ok && ignored == "" && mode.IsDir()
}

func (t *tree) isFile(name string) bool {
	mode, ignored, ok := t.mode(name)
	return ok && ignored == "" && mode.IsRegular()
}

// absence says why nothing can be read at a path.
func (t *tree) absence(name string) string {
	switch mode, ignored, ok := t.mode(name); {
	case ignored != "":
		return ignored
	case ok && mode.IsDir():
		return "is a folder"
	case ok && !mode.IsRegular() && !mode.IsDir():
		return "is " + describe(mode)
	case name == ".." || strings.HasPrefix(name, "../"):
		return "lies outside of the repository"
	case t.belowLink(name):
		return "lies behind a symbolic link, which Flux leaves out of its artifact"
	}
	return "does not exist"
}

func (t *tree) belowLink(name string) bool {
	for name = path.Dir(name); name != "." && name != "/"; name = path.Dir(name) {
		if mode, _, ok := t.mode(name); ok {
			return mode&fs.ModeSymlink != 0
		}
	}
	return false
}

// read returns the content of a regular file.
func (t *tree) read(name string) ([]byte, error) {
	if !t.isFile(name) {
		return nil, errors.New(t.absence(name))
	}
	f, err := t.fsys.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > maxFile {
		return nil, errTooLong
	}
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(text) > maxFile {
		return nil, errTooLong
	}
	return text, nil
}

var errTooLong = fmt.Errorf("has more than %d MiB", maxFile>>20)

// reason returns the text of an error without its path, which is printed beside it.
func reason(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// walk calls visit for each folder from dir down, in order, until it returns false.
func (t *tree) walk(dir string, visit func(dir string, f *folder) bool) {
	f := t.folder(dir)
	if f == nil || !visit(dir, f) {
		return
	}
	for _, name := range f.names {
		if f.modes[name].IsDir() && f.ignored[name] == "" {
			t.walk(path.Join(dir, name), visit)
		}
	}
}

// files returns the names of the regular files that are not skipped.
func (f *folder) files() []string {
	return slices.DeleteFunc(slices.Clone(f.names), func(name string) bool {
		return !f.modes[name].IsRegular() || f.ignored[name] != ""
	})
}
