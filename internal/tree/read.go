package tree

import (
	"errors"
	"io/fs"
)

// Read returns the content of a file after its mark. It reports false for a missing
// file or one without the mark.
func (t *Tree) Read(path string) ([]byte, bool, error) {
	content, err := t.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil || !hasMark(content) {
		return nil, false, err
	}
	return content[len(markLine):], true, nil
}

// Foreign returns the content of a file that has no mark. It reports false for
// any other.
func (t *Tree) Foreign(path string) ([]byte, bool, error) {
	content, err := t.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil || hasMark(content) {
		return nil, false, err
	}
	return content, true, nil
}

// Adopt lets a file without a mark be overwritten. It must not be called
// concurrently with Compare.
func (t *Tree) Adopt(path string) { t.adopted[path] = true }

// Glob returns the paths that match a pattern of [path.Match], in order.
func (t *Tree) Glob(pattern string) ([]string, error) {
	if t.root == nil {
		return nil, nil
	}
	return fs.Glob(t.root.FS(), pattern)
}

// Stale returns what Commit will remove from a directory, as far as it matches a
// pattern of [path.Match].
func (t *Tree) Stale(pattern string) ([]string, error) {
	names, err := t.Glob(pattern)
	var stale []string
	for _, name := range names {
		if t.kept[name] {
			continue
		}
		_, marked, err := t.Read(name)
		if err != nil {
			return nil, err
		}
		if marked {
			stale = append(stale, name)
		}
	}
	return stale, err
}
