// Gen writes the CRDs of the kinds this library builds into
// internal/crd/schemas, each without descriptions and in one file.
//
//	go generate ./internal/crd           writes the files
//	go run ./internal/crd/gen -check     says which files are stale
//
// The CRDs come from the upstream modules at the versions that go.mod pins, so
// both need the module cache or the module proxy; the tests that use the files
// need neither. The check exits with status 1 when a file is stale.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

func main() {
	check := flag.Bool("check", false, "write nothing, say which files are stale")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	dir, err := schemasDir()
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, s := range sources {
		if err := s.addTo(files); err != nil {
			return fmt.Errorf("%s: %w", s.module, err)
		}
	}
	stale, err := diff(dir, files)
	if err != nil {
		return err
	}
	if !check {
		return write(dir, files, stale)
	}
	if len(stale) > 0 {
		for _, s := range stale {
			fmt.Fprintln(os.Stderr, s)
		}
		return errors.New("internal/crd/schemas is stale: run go generate ./internal/crd")
	}
	return nil
}
