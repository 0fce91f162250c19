// Gen writes the CRDs of the kinds this library builds into schema/schemas, of
// every version in internal/versions, each without descriptions. A file holds from
// the version in its name on, until there is a newer one.
//
//	go generate ./schema           writes the files
//	go run ./schema/gen -check     reports which files are stale
//
// The CRDs come from upstream's Go modules, so both need the module cache or the
// module proxy, and the toolchains that the modules ask for; the tests that use the
// files need neither. The check exits with status 1 when a file is stale.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/crdsource"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func main() {
	check := flag.Bool("check", false, "write nothing, report which files are stale")
	flag.Parse()
	if err := run(*check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(check bool) error {
	root, err := crdsource.Go("", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	dir := filepath.Join(strings.TrimSpace(string(root)), "schema", "schemas")
	files := history{}
	for _, release := range versions.All() {
		crds, err := crdsource.Of(release)
		if err != nil {
			return fmt.Errorf("%s %s: %w", release.Component, release.Version, err)
		}
		if err := files.add(release, crds); err != nil {
			return fmt.Errorf("%s %s: %w", release.Component, release.Version, err)
		}
	}
	stale, err := diff(dir, files.byName())
	if err != nil {
		return err
	}
	if !check {
		return write(dir, files.byName(), stale)
	}
	if len(stale) > 0 {
		for _, s := range stale {
			fmt.Fprintln(os.Stderr, s)
		}
		return errors.New("schema/schemas is stale: run go generate ./schema")
	}
	return nil
}
