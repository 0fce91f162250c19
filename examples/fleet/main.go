// Fleet turns lists of teams into a GitOps tree, and keeps it in line with them:
//
//	cd examples/fleet
//	go run . -o gitops -platform platform.yaml -access access.yaml teams
//
// The arguments are files of tenant specs, one YAML document each, files of comma
// separated values, folders of both, or - for YAML on standard input. With
// -platform, a file, the tree has the clusters' and the infrastructure's part too.
//
// It exits with 0 when all is well, with 1 when -check finds that the tree is
// stale, and with 2 on an error, in which case nothing is changed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

const (
	fine = iota
	stale
	failed
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// config is what the flags say.
type config struct {
	out, platform, access, shards string
	dryRun, check                 bool
	inputs                        []string
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c config
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&c.out, "o", "gitops", "`directory` of the tree")
	flags.StringVar(&c.platform, "platform", "", "`file` with a tenant.Platform")
	flags.StringVar(&c.access, "access", "", "`file` with the kubeconfig.Access of teams that name none")
	flags.StringVar(&c.shards, "shards", "", "`names` of Flux's shards, with commas between them")
	flags.BoolVar(&c.dryRun, "dry-run", false, "print what would change, as a unified diff, and change nothing")
	flags.BoolVar(&c.check, "check", false, "change nothing, and exit with 1 if the tree is stale")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: fleet [flags] (teams.yaml | teams.csv | folder | -) ...")
		flags.PrintDefaults()
	}
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return fine
	case err != nil:
		return failed
	case flags.NArg() == 0:
		flags.Usage()
		return failed
	}
	c.inputs = flags.Args()

	changes, err := c.sync(ctx, stdin, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return failed
	}
	if c.check && changes.Stale() {
		return stale
	}
	return fine
}

// sync brings the tree in line, or tells how it differs.
func (c config) sync(ctx context.Context, stdin io.Reader, stdout, stderr io.Writer) (changes tenant.Changes, err error) {
	inputs, err := find(c.inputs, stdin)
	if err != nil {
		return changes, err
	}
	fleet := tenant.Fleet{}
	if c.shards != "" {
		fleet.Shards = strings.Split(c.shards, ",")
	}
	if c.platform != "" {
		fleet.Platform = &tenant.Platform{}
		if err := decode(c.platform, fleet.Platform); err != nil {
			return changes, err
		}
	}
	var access kubeconfig.Access
	if c.access != "" {
		if err := decode(c.access, &access); err != nil {
			return changes, err
		}
	}
	progress := newProgress(inputs)
	fleet.Tenants = progress.count(specs(inputs, progress, access))

	done := progress.show(stderr)
	began := time.Now()
	switch {
	case c.dryRun:
		changes, err = fleet.DiffTree(ctx, c.out, stdout)
	case c.check:
		changes, err = fleet.DiffTree(ctx, c.out, nil)
	default:
		changes, err = fleet.WriteTree(ctx, c.out)
	}
	done()
	if err == nil {
		c.summary(stderr, changes, progress.tenants.Load(), time.Since(began))
	}
	return changes, err
}

// summary tells what has been done, or would be.
func (c config) summary(w io.Writer, changes tenant.Changes, tenants int64, took time.Duration) {
	would := ""
	if c.dryRun || c.check {
		would = "to be "
	}
	fmt.Fprintf(w, "%d tenants: %d files %swritten, %d %sremoved, %d unchanged, in %v\n", tenants,
		len(changes.Written), would, len(changes.Removed), would, changes.Unchanged, took.Round(time.Millisecond))
	for _, name := range changes.Foreign {
		fmt.Fprintf(w, "%s is of a tenant that is not there, and was not written by this program: it stays\n", name)
	}
}

// decode reads the one YAML document of a file, strictly.
func decode(name string, v any) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	err = manifest.NewDecoder(f, nil, manifest.File(name)).DecodeInto(v)
	if err == io.EOF {
		return fmt.Errorf("%s: there is nothing in it", name)
	}
	return err
}
