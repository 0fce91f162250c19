package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

// trees writes a tree, and writes it again unchanged, beside reading its files
// and building its tenants, which a second run cannot do without.
func trees(w io.Writer, n int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(w, "\n## A tree of %d tenants, all cores\n\n| | time | files written |\n|---|---:|---:|\n", n)
	f := fleet.Fleet{Tenants: specs(n)}
	for _, what := range []string{"written", "again, unchanged", "again, unchanged"} {
		began := time.Now()
		changes, err := f.WriteTree(context.Background(), dir)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %v | %d |\n", what, rounded(time.Since(began)), len(changes.Written))
	}
	began := time.Now()
	if err := f.Write(context.Background(), io.Discard); err != nil {
		return err
	}
	fmt.Fprintf(w, "| building and rendering alone | %v | |\n", rounded(time.Since(began)))
	began = time.Now()
	err = filepath.WalkDir(dir, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			_, err = os.ReadFile(name)
		}
		return err
	})
	fmt.Fprintf(w, "| reading the files alone, one core | %v | |\n", rounded(time.Since(began)))
	return err
}
