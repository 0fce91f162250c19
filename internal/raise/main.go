// Raise makes another supported version of Flux or Capsule the pinned one, and
// prints what changed upstream and what the library must decide.
//
//	go run ./internal/raise Flux 2.10           prints the changes
//	go run ./internal/raise -write Flux 2.10    raises go.mod, the table and the schemas too
//
// A version that is new to the table of internal/versions is added there first, with
// its modules. What a person has to do is at the end of the output.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/crdsource"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func main() {
	write := flag.Bool("write", false, "raise go.mod, the table of versions and the schemas")
	flag.Parse()
	if err := run(*write, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "raise:", err)
		os.Exit(1)
	}
}

func run(write bool, args []string) error {
	if len(args) != 2 || args[0] != versions.Flux && args[0] != versions.Capsule {
		return errors.New("want a component and a version, such as Flux 2.10")
	}
	from, err := release(args[0], versions.Pinned(args[0]))
	to, err2 := release(args[0], args[1])
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if err := printChanges(from, to); err != nil {
		return err
	}
	if write {
		if err := raise(from, to); err != nil {
			return err
		}
	}
	fmt.Println(todo)
	return nil
}

func release(component, version string) (versions.Release, error) {
	r, ok := versions.Get(component, version)
	if !ok {
		return r, fmt.Errorf("internal/versions has no %s %s: add it, with its modules", component, version)
	}
	return r, nil
}

func printChanges(from, to versions.Release) error {
	before, err := crdsource.Of(from)
	if err != nil {
		return err
	}
	after, err := crdsource.Of(to)
	if err != nil {
		return err
	}
	changes, err := compareCRDs(before, after)
	if err != nil {
		return err
	}
	section(fmt.Sprintf("CRDs of %s %s to %s", from.Component, from.Version, to.Version), changes)
	if from.Component == versions.Flux {
		changes, err := compareFlags(filepath.Join("flux", "lockdown", "testdata", "flags.txt"), from.Version, to.Version)
		section("flags and feature gates, of the controllers in flags.txt", changes)
		return err
	}
	old, err1 := crdsource.Download(from.Go, from.Modules[0])
	now, err2 := crdsource.Download(to.Go, to.Modules[0])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	changes, err = compareWebhooks(old, now)
	section("files of webhooks, to compare with internal/webhookrules/rows.yaml", changes)
	return err
}

func section(title string, lines []string) {
	fmt.Printf("== %s\n", title)
	if len(lines) == 0 {
		fmt.Println("nothing changed")
	}
	for _, line := range lines {
		fmt.Println(line)
	}
	fmt.Println()
}

// raise pins the modules of a release, and writes what is generated from them.
func raise(from, to versions.Release) error {
	const file = "internal/versions/table.go"
	table, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	moved, err := movePin(string(table), from, to)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, []byte(moved), 0o644); err != nil {
		return err
	}
	for _, args := range [][]string{
		append([]string{"get"}, to.Modules...),
		{"mod", "tidy"},
		{"run", "./schema/gen"},
		{"test", "./internal/versions", "./internal/advisories", "-update"},
	} {
		cmd := exec.Command("go", args...)
		cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
		}
	}
	return nil
}

// movePin moves the field Pinned from one release of the table to another.
func movePin(table string, from, to versions.Release) (string, error) {
	const pin = ", Pinned: true"
	line := func(r versions.Release) string {
		return fmt.Sprintf("Component: %s, Version: %q", r.Component, r.Version)
	}
	if from.Version == to.Version {
		return table, nil
	}
	if strings.Count(table, line(from)+pin) != 1 || strings.Count(table, line(to)) != 1 {
		return "", errors.New("the table of internal/versions has another form")
	}
	table = strings.Replace(table, line(from)+pin, line(from), 1)
	return strings.Replace(table, line(to), line(to)+pin, 1), nil
}

const todo = `== to decide
- a field that is new and names an object, a namespace, an account, a host or a file: internal/tenancy, which tests it against the types
- a field that is gone or whose rules changed: the constructors of flux and capsule, which are tested against the CRDs
- a flag or gate that is new and closes or opens a way out: the table of flux/lockdown, and the audit's rules
- flags of controllers that flags.txt lacks: go run ./flux/lockdown/gen flags VERSION CONTROLLER@VERSION...
- a file of webhooks that changed: the rows of internal/webhookrules, and the rules of package capsule
- advisories published since the date in internal/advisories/advisories.yaml
- DefaultFluxVersion of flux/lockdown, DefaultCapsuleVersion of fleet, the modules in flux/lockdown/gen, go.mod of e2e and bench
- the modules that the end-to-end tests build, in the field Built of internal/versions; then make e2e-versions`
