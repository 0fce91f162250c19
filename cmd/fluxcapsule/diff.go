package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/audit/diff"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

// diffFlags are the flags of the subcommand diff.
type diffFlags struct {
	output   string
	failOn   string
	platform platformFlags
}

func newDiff() *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Show the effect of a change on each tenant, and whether it widens access",
		Long: `Show the effect of a change on each tenant, and whether it widens access.

OLD and NEW are folders or files of a GitOps repository, such as two checkouts of it. A
folder is read as Flux would apply it. Of each tenant the objects are listed that are
added, changed (with the fields) and removed; and the fields that give more access:
owners, roles, bindings, raised quotas, a policy or a patch of Flux's installation that
is removed or changed, and findings of the audit that OLD does not have. The values of
Secrets and ConfigMaps are never printed.

Exits with 1 if access is widened or there is a new finding of severity warning or
error, by default; with --fail-on error only for a new finding of severity error; with
--fail-on change for any difference; and with 2 if a part could not be looked at.`,
		Example: `  git worktree add ../base origin/main
  fluxcapsule diff ../base/gitops gitops
  fluxcapsule diff ../base/gitops gitops -o markdown --fail-on never > comment.md`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := flags.diff(cmd.Context(), args[0], args[1], cmd.OutOrStdout(), cmd.ErrOrStderr())
			switch {
			case err != nil:
				return err
			case len(d.Unread) > 0:
				return fmt.Errorf("%s could not be looked at: there may be more differences than these", parts(len(d.Unread)))
			case flags.found(d):
				return exit.ErrFound
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&flags.output, "output", "o", "text", "`format`: text, json or markdown")
	f.StringVar(&flags.failOn, "fail-on", "widened", "exit with 1 for this `difference`: widened, error, change or never")
	flags.platform.register(f)
	return cmd
}

// found reports whether a diff has a finding at or above --fail-on.
func (flags diffFlags) found(d *diff.Diff) bool {
	switch flags.failOn {
	case "widened":
		return d.Widened()
	case "error":
		return d.Worst() >= audit.Error
	case "change":
		return len(d.Tenants) > 0
	}
	return false
}

func (flags diffFlags) diff(ctx context.Context, before, after string, stdout, stderr io.Writer) (*diff.Diff, error) {
	write, ok := map[string]func(io.Writer, *diff.Diff) error{"text": diff.WriteText, "json": diff.WriteJSON, "markdown": diff.WriteMarkdown}[flags.output]
	switch {
	case !ok:
		return nil, fmt.Errorf("--output %s: must be text, json or markdown", flags.output)
	case !slices.Contains([]string{"widened", "error", "change", "never"}, flags.failOn):
		return nil, fmt.Errorf("--fail-on %s: must be widened, error, change or never", flags.failOn)
	}
	line := progress.Start(stderr)
	defer line.Done()
	old, err := read(ctx, line, []string{before}, repository.Options{})
	if err != nil {
		return nil, err
	}
	inputs, err := read(ctx, line, []string{after}, repository.Options{})
	if err != nil {
		return nil, err
	}
	if err := moveFiles(old, before, after); err != nil {
		return nil, err
	}
	options := flags.platform.options()
	line.Step("comparing %d objects with %d", len(inputs), len(old))
	d := diff.Between(audit.Check(old, options...), audit.Check(inputs, options...))
	line.Done()
	return d, write(stdout, d)
}

// moveFiles names the files of one checkout as if they were in the other. Where the
// last parts of both paths are alike, as in ../base/gitops and gitops, the checkouts
// begin above them.
func moveFiles(inputs []audit.Input, before, after string) error {
	working, err := resolved(".")
	if err != nil {
		return err
	}
	from, err := resolved(before)
	if err != nil {
		return err
	}
	to, err := resolved(after)
	if err != nil {
		return err
	}
	for filepath.Base(from) == filepath.Base(to) && from != filepath.Dir(from) && to != filepath.Dir(to) {
		from, to = filepath.Dir(from), filepath.Dir(to)
	}
	for i, in := range inputs {
		file := filepath.FromSlash(in.File)
		if !filepath.IsAbs(file) {
			file = filepath.Join(working, file)
		}
		below, err := filepath.Rel(from, file)
		if in.File == "" || err != nil || below != "." && !filepath.IsLocal(below) {
			continue
		}
		moved := filepath.Join(to, below)
		if name, err := filepath.Rel(working, moved); err == nil && !filepath.IsAbs(after) {
			moved = name
		}
		inputs[i].File = filepath.ToSlash(moved)
	}
	return nil
}

// resolved returns a path from the root, without symbolic links.
func resolved(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}
