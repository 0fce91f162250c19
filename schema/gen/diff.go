package main

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// A change is a file in which a directory differs from what it should hold.
type change struct{ name, what string }

func (c change) String() string { return c.name + ": " + c.what }

// diff returns how a directory differs from files, in the order of the names.
func diff(dir string, files map[string][]byte) ([]change, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var changes []change
	for _, e := range entries {
		if _, ok := files[e.Name()]; !ok {
			changes = append(changes, change{e.Name(), "upstream has no such CRD"})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		switch data, err := os.ReadFile(filepath.Join(dir, name)); {
		case errors.Is(err, fs.ErrNotExist):
			changes = append(changes, change{name, "missing"})
		case err != nil:
			return nil, err
		case !bytes.Equal(data, files[name]):
			changes = append(changes, change{name, "differs from upstream"})
		}
	}
	return changes, nil
}

// write makes the changes that diff found.
func write(dir string, files map[string][]byte, changes []change) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, c := range changes {
		path := filepath.Join(dir, c.name)
		data, ok := files[c.name]
		if !ok {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
