package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

func newValidate() *cobra.Command {
	return &cobra.Command{
		Use:   "validate FILE|FOLDER|-...",
		Short: "Check Flux and Capsule objects against their CRDs and the controllers' rules, offline",
		Long: `Check Flux and Capsule objects against their CRDs and the controllers' rules, offline:
what the API server, Capsule's webhooks or the controller that reconciles the object
would refuse. Objects of other kinds are ignored. Exits with 1 if an object is invalid.`,
		Example: `  fluxcapsule validate gitops
  kustomize build clusters/prod | fluxcapsule validate -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			inputs, err := readRepository(cmd.Context(), args, cmd.InOrStdin(), cmd.ErrOrStderr(), repository.Options{})
			if err != nil {
				return err
			}
			checked, invalid := 0, 0
			for _, input := range inputs {
				if !crd.Served(input.Object.GetObjectKind().GroupVersionKind()) {
					continue
				}
				checked++
				if printInvalid(cmd.OutOrStdout(), input.File, input.Line, input.Object) {
					invalid++
				}
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "%d objects checked, %d invalid, %d of other kinds\n", checked, invalid, len(inputs)-checked)
			if invalid > 0 {
				return exit.ErrFound
			}
			return nil
		},
	}
}

// printInvalid prints each fault of the object and reports whether there is one.
func printInvalid(w io.Writer, file string, line int, object runtime.Object) bool {
	faults := crd.Validate(object)
	for _, fault := range faults {
		name := object.GetObjectKind().GroupVersionKind().Kind
		if m, err := meta.Accessor(object); err == nil {
			name += " " + m.GetNamespace() + "/" + m.GetName()
		}
		fmt.Fprintf(w, "%s:%d: %s: %v\n", file, line, name, fault)
	}
	return len(faults) > 0
}
