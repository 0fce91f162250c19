package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/renew"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "fluxcapsule",
		Short: "Build, check and migrate multi-tenant Flux and Capsule manifests",
		Long: `Build, check and migrate multi-tenant Flux and Capsule manifests.

Exit codes:
  0  done, and nothing found
  1  findings, wider access, invalid objects, a stale tree, or a problem with a kubeconfig
  2  any other error`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.AddCommand(
		newBuild(),
		newFleet(),
		newAudit(),
		newDiff(),
		newGraph(),
		newMigrate(),
		newLeftovers(),
		renew.NewCommand(renew.Connect),
		newValidate(),
		newSchema(),
	)
	return root
}

// version is what --version prints: the version of the module, and those of
// upstream whose objects it builds and checks.
func version() string {
	module := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		module = info.Main.Version
	}
	return fmt.Sprintf("fluxcapsule %s\n%s\nKubernetes 1.36", module, versions.Text())
}
