package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

func newGraph() *cobra.Command {
	var output string
	var platform platformFlags
	cmd := &cobra.Command{
		Use:   "graph PATH|-...",
		Short: "Draw who reconciles what as whom, with the holes in red",
		Long: `Draw who reconciles what as whom: tenants, their namespaces, the accounts that Flux acts
as, and the sources. Errors of the audit are red, and so is everything that leaves its
tenant. Of more than a dozen tenants those are drawn that have errors or warnings, the
worst first, and whom they reach; the others are counted by folder.

A folder is read as Flux would apply it. Exits with 0 for any picture, and
with 2 if a part could not be looked at.`,
		Example: `  fluxcapsule graph gitops -o svg > tenancy.svg
  fluxcapsule graph clusters/prod infrastructure tenants > tenancy.mmd`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := audit.WriteMermaid
			switch output {
			case "mermaid":
			case "svg":
				write = audit.WriteSVG
			default:
				return fmt.Errorf("--output %s: must be mermaid or svg", output)
			}
			line := progress.Start(cmd.ErrOrStderr())
			defer line.Done()
			inputs, err := read(cmd.Context(), line, args, repository.Options{Stdin: cmd.InOrStdin()})
			if err != nil {
				return err
			}
			line.Step("checking %d objects", len(inputs))
			report := audit.Check(inputs, platform.options()...)
			line.Done()
			if err := write(cmd.OutOrStdout(), report); err != nil {
				return err
			}
			if len(report.Unread) > 0 {
				return fmt.Errorf("%s could not be looked at: there may be more than the picture shows", parts(len(report.Unread)))
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVarP(&output, "output", "o", "mermaid", "`format`: mermaid or svg")
	platform.register(f)
	return cmd
}
