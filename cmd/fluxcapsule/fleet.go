package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/teams"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// fleetFlags are the flags of the subcommand fleet.
type fleetFlags struct {
	out, platform, access string
	shards                []string
	groups                int
	dryRun, check         bool

	relayout, applied, manyRemovals bool
	remove, changeAccess, clusters  []string
}

func newFleet() *cobra.Command {
	var flags fleetFlags
	cmd := &cobra.Command{
		Use:   "fleet INPUT...",
		Short: "Write lists of teams as a GitOps tree, and keep it up to date",
		Long: `Write lists of teams as a GitOps tree, and keep it up to date.

An INPUT is a file of tenant specs (one YAML document each), a CSV file with the
columns name, home, git, branch, path, owners and namespaces, a folder of both, or
- for YAML on standard input. If any spec is invalid, nothing is changed. The holes
that the lockdown of a cluster leaves open to tenants are listed on standard error.

A tenant leaves with "leaving: true" in its spec, which keeps the tree in its first
stage; --applied takes it to the second, and then the spec may go. A spec that is
just missing is an error. Another number of groups, and a tree from before there
were groups, take three runs with --relayout, each a commit to wait for.`,
		Example: `  fluxcapsule fleet teams --platform platform.yaml --access access.yaml --out gitops
  fluxcapsule fleet teams --platform platform.yaml --out gitops --check    # in CI`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			changes, err := flags.sync(cmd.Context(), args, cmd.InOrStdin(), cmd.OutOrStdout(), cmd.ErrOrStderr())
			if err == nil && flags.check && changes.Stale() {
				return exit.ErrFound
			}
			return err
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.out, "out", "o", "gitops", "`folder` of the tree")
	f.StringVar(&flags.platform, "platform", "", "`file` with a fleet.Platform")
	f.StringVar(&flags.access, "access", "", "`file` with the kubeconfig.Access of teams that name none")
	f.StringSliceVar(&flags.shards, "shards", nil, "`names` of Flux's shards, separated by commas")
	f.IntVar(&flags.groups, "groups", 0, fmt.Sprintf("`number` of groups of tenants (default that of the tree, %d for a new one)", fleet.DefaultGroups))
	f.BoolVar(&flags.relayout, "relayout", false, "write the next of the commits that change the layout of the tree")
	f.BoolVar(&flags.applied, "applied", false, "take tenants that leave a stage further: every cluster has applied the tree as it is")
	f.StringSliceVar(&flags.remove, "remove", nil, "`names` of tenants to remove though they never left; the clusters keep them")
	f.StringSliceVar(&flags.clusters, "remove-cluster", nil, "`names` of clusters to remove")
	f.BoolVar(&flags.manyRemovals, "allow-many-removals", false, "remove more than a tenth of the tenants")
	f.StringSliceVar(&flags.changeAccess, "change-access", nil, "`names` of tenants whose mode of access may change")
	f.BoolVar(&flags.dryRun, "dry-run", false, "print what would change as a unified diff, and change nothing")
	f.BoolVar(&flags.check, "check", false, "change nothing, and exit with 1 if the tree is stale")
	return cmd
}

// sync brings the tree up to date, or reports how it differs.
func (flags fleetFlags) sync(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) (changes fleet.Changes, err error) {
	inputs, err := teams.Find(args, stdin)
	if err != nil {
		return changes, err
	}
	f := fleet.Fleet{Shards: flags.shards, Groups: flags.groups}
	if flags.platform != "" {
		f.Platform = &fleet.Platform{}
		if err := decode(flags.platform, f.Platform); err != nil {
			return changes, err
		}
		if _, err := fleet.BuildPlatform(*f.Platform); err != nil {
			return changes, fmt.Errorf("%s: %w", flags.platform, err)
		}
	}
	access, err := flags.defaultAccess()
	if err != nil {
		return changes, err
	}
	count := teams.NewCount(inputs)
	f.Tenants = teams.Specs(inputs, count, access)

	var line *progress.Line
	if !flags.dryRun { // whose diff is printed meanwhile
		line = progress.Start(stderr)
	}
	defer line.Done()
	line.Show(count.String)
	began := time.Now()
	switch {
	case flags.dryRun:
		changes, err = f.DiffTree(ctx, flags.out, stdout, flags.options()...)
	case flags.check:
		changes, err = f.DiffTree(ctx, flags.out, nil, flags.options()...)
	default:
		changes, err = f.WriteTree(ctx, flags.out, flags.options()...)
	}
	line.Done()
	if errors.Is(err, fleet.ErrNoTenants) {
		err = fmt.Errorf("%s: %w", strings.Join(args, ", "), err)
	}
	if err != nil {
		return changes, err
	}
	flags.summary(stderr, changes, count.Tenants(), time.Since(began))
	return changes, writeOpen(stderr, f.Platform)
}

// defaultAccess reads the access of teams that name none.
func (flags fleetFlags) defaultAccess() (kubeconfig.Access, error) {
	var access kubeconfig.Access
	if flags.access == "" {
		return access, nil
	}
	if err := decode(flags.access, &access); err != nil {
		return access, err
	}
	if err := access.Validate(nil).ToAggregate(); err != nil {
		return access, fmt.Errorf("%s: %w", flags.access, err)
	}
	return access, nil
}

// options returns the options of the flags.
func (flags fleetFlags) options() []fleet.TreeOption {
	options := []fleet.TreeOption{fleet.AllowRemoval(flags.remove...), fleet.AllowAccessChange(flags.changeAccess...), fleet.AllowClusterRemoval(flags.clusters...)}
	if flags.relayout {
		options = append(options, fleet.Relayout())
	}
	if flags.applied {
		options = append(options, fleet.Applied())
	}
	if flags.manyRemovals {
		options = append(options, fleet.AllowManyRemovals())
	}
	return options
}

// summary describes the changes, made or planned.
func (flags fleetFlags) summary(w io.Writer, changes fleet.Changes, tenants int64, took time.Duration) {
	would := ""
	if flags.dryRun || flags.check {
		would = "to be "
	}
	fmt.Fprintf(w, "%d tenants: %d files %swritten, %d %sremoved, %d unchanged, in %v\n", tenants,
		len(changes.Written), would, len(changes.Removed), would, changes.Unchanged, took.Round(time.Millisecond))
	if flags.check && changes.Stale() {
		stale(w, slices.Sorted(slices.Values(slices.Concat(changes.Written, changes.Removed))))
	}
	for _, name := range changes.Foreign {
		fmt.Fprintf(w, "%s is in no group of tenants, and this program did not write it: it stays\n", name)
	}
	for _, warning := range changes.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
	for _, next := range changes.Next {
		fmt.Fprintf(w, "next: %s\n", next)
	}
}

// stale names the first files of a stale tree, and what to do.
func stale(w io.Writer, files []string) {
	const most = 5
	for _, name := range files[:min(len(files), most)] {
		fmt.Fprintf(w, "stale: %s\n", name)
	}
	if more := len(files) - most; more > 0 {
		fmt.Fprintf(w, "stale: %d more\n", more)
	}
	fmt.Fprintln(w, "run the same command without --check, and commit what it changes")
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
		return fmt.Errorf("%s: the file is empty", name)
	}
	return err
}
