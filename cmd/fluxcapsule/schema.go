package main

import (
	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// schemas are those of the files that people write.
var schemas = map[string]func() []byte{"teams": fleet.TeamSchema, "platform": fleet.Schema, "access": kubeconfig.Schema}

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [teams|platform|access]",
		Short: "Print the JSON Schema of a file of teams, of the platform or of the access",
		Long: `Print the JSON Schema (draft 2020-12) of a document in a file of teams, which is the
default, of the file for fleet --platform or of that for fleet --access: for editors,
forms and other checks. An editor with the YAML language server completes and checks
a file that begins with

  # yaml-language-server: $schema=PATH OR URL OF THE SCHEMA`,
		Example:   `  fluxcapsule schema teams > teams.schema.json`,
		ValidArgs: []string{"teams", "platform", "access"},
		Args:      cobra.MatchAll(cobra.MaximumNArgs(1), cobra.OnlyValidArgs),
		RunE: func(cmd *cobra.Command, args []string) error {
			of := "teams"
			if len(args) > 0 {
				of = args[0]
			}
			_, err := cmd.OutOrStdout().Write(schemas[of]())
			return err
		},
	}
}
