// Generate writes the files that are derived from the library's Go types: DeepCopy
// methods, JSON Schemas, and the manifests of the example's operator.
//
//	make generate                          writes the files
//	go -C .ci/generate run . -check        lists the files that are stale
//
// The check exits with status 1 when a file is stale.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	root := flag.String("root", "../..", "`folder` of the library's module")
	check := flag.Bool("check", false, "write nothing, list the files that are stale")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(root string, check bool) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	files, err := generate(root)
	if err != nil {
		return err
	}
	stale := false
	for _, name := range slices.Sorted(maps.Keys(files)) {
		name, content := filepath.Join(root, name), files[name]
		if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, content) {
			continue
		}
		fmt.Fprintln(os.Stderr, name)
		if stale = true; check {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(name, content, 0o644); err != nil {
			return err
		}
	}
	if stale && check {
		return errors.New("these files are stale: run make generate")
	}
	return nil
}
