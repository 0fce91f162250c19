package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/repository"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func newValidate() *cobra.Command {
	var target schema.Target
	var all bool
	cmd := &cobra.Command{
		Use:   "validate FILE|FOLDER|-...",
		Short: "Check Flux and Capsule objects against their CRDs, offline",
		Long: `Check Flux and Capsule objects against their CRDs, offline: what the API server would
refuse; and CEL expressions that Flux's controllers would. The CRDs are those of the
versions of Flux and Capsule that --version prints as built with, of those that are
named, or of all that are supported. Where another version accepts what is refused, the
fault says which. Objects of other kinds are ignored.

Exits with 1 if an object is invalid, and with 2 if a part could not be read.`,
		Example: `  fluxcapsule validate gitops
  fluxcapsule validate --flux-version 2.7 --capsule-version 0.13 gitops
  kustomize build clusters/prod | fluxcapsule validate --all-versions -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := target.Validate(nil).ToAggregate(); err != nil {
				return err
			}
			targets := []schema.Target{target}
			if all {
				targets = schema.Targets()
			}
			line := progress.Start(cmd.ErrOrStderr())
			defer line.Done()
			result, err := load(cmd.Context(), line, args, repository.Options{Stdin: cmd.InOrStdin()})
			if err != nil {
				return err
			}
			if len(result.Objects)+len(result.Problems) == 0 {
				return fmt.Errorf("no objects in %s", strings.Join(args, ", "))
			}
			return check(line, result, targets, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&target.FluxVersion, "flux-version", "", "`version` of Flux, such as 2.9")
	cmd.Flags().StringVar(&target.CapsuleVersion, "capsule-version", "", "`version` of Capsule, such as 0.14")
	cmd.Flags().BoolVar(&all, "all-versions", false, "check against every supported version of Flux and Capsule")
	cmd.MarkFlagsMutuallyExclusive("all-versions", "flux-version")
	cmd.MarkFlagsMutuallyExclusive("all-versions", "capsule-version")
	return cmd
}

// check prints each fault of each object, and the parts that could not be read.
func check(line *progress.Line, result *repository.Result, targets []schema.Target, stdout, stderr io.Writer) error {
	line.Step("checking %d objects", len(result.Objects))
	checked, invalid := 0, 0
	var report bytes.Buffer
	for _, object := range result.Objects {
		if !schema.Covers(object.Object.GroupVersionKind().GroupKind()) {
			continue
		}
		checked++
		faults := append(schema.Validate(object.Object, targets...), tenant.ValidateExpressions(object.Object)...)
		for _, fault := range faults {
			fmt.Fprintf(&report, "%s:%d: %s %s: %v\n", object.File, object.Line, object.Object.GetKind(), name(object.Object), fault)
		}
		if len(faults) > 0 {
			invalid++
		}
	}
	line.Done()
	if _, err := report.WriteTo(stdout); err != nil {
		return err
	}
	for _, problem := range result.Problems {
		fmt.Fprintln(stderr, problem)
	}
	fmt.Fprintf(stderr, "%d objects checked, %d invalid, %d of other kinds\n", checked, invalid, len(result.Objects)-checked)
	switch {
	case len(result.Problems) > 0:
		return fmt.Errorf("%s could not be read", parts(len(result.Problems)))
	case invalid > 0:
		return exit.ErrFound
	}
	return nil
}

// name is namespace/name, or the name alone of a cluster-scoped object.
func name(object metav1.Object) string {
	if object.GetNamespace() == "" {
		return object.GetName()
	}
	return object.GetNamespace() + "/" + object.GetName()
}
