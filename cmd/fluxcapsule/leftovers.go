package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/live"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
)

func newLeftovers() *cobra.Command {
	var contextName string
	cmd := &cobra.Command{
		Use:   "leftovers TENANT",
		Short: "List what a cluster still has of a tenant, and how to remove it",
		Long: `List what a cluster still has of a tenant: its objects, what finalizers keep in its
namespaces, what Flux applied for it elsewhere, and bindings of its accounts. Each
line has the object, why it is there, and the command that removes it. Nothing is
deleted.

Exit codes: 0 nothing is left, 1 something is, 2 a kind could not be listed.`,
		Example: `  fluxcapsule leftovers dev-team --context production`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := live.Config("", contextName)
			if err != nil {
				return err
			}
			line := progress.Start(cmd.ErrOrStderr())
			line.Step("looking for objects of %s", args[0])
			left, failed := apply.Leftovers(cmd.Context(), config, args[0])
			line.Done()
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			for _, l := range left {
				fmt.Fprintf(w, "%s\t%s\t%s\n", l.Object, l.Reason, l.Remedy)
			}
			if err := w.Flush(); err != nil {
				return err
			}
			switch {
			case failed != nil:
				return failed
			case len(left) > 0:
				return exit.ErrFound
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&contextName, "context", "", "context of the kubeconfig; the current one if empty")
	return cmd
}
