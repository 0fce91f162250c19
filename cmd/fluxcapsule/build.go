package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/progress"
	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/teams"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func newBuild() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "build -f FILE|-",
		Short: "Print the objects of every tenant in a file of specs",
		Long: `Print the objects of every tenant in a file of specs, one YAML document each,
in the order in which they can be applied. If a spec is invalid, print nothing but
every fault of every spec.`,
		Example: `  fluxcapsule build -f teams.yaml | kubectl apply --server-side -f -`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			objects, err := build(file, cmd.InOrStdin(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return manifest.WriteAll(cmd.OutOrStdout(), objects)
		},
	}
	cmd.Flags().StringVarP(&file, "filename", "f", "", "`file` of tenant specs, - for standard input")
	must(cmd.MarkFlagRequired("filename"))
	must(cmd.MarkFlagFilename("filename", "yaml", "yml"))
	return cmd
}

// build builds every spec of a file.
func build(file string, stdin io.Reader, stderr io.Writer) ([]client.Object, error) {
	name := file
	if file == "-" {
		name = "standard input"
	}
	inputs, err := teams.Find([]string{file}, stdin)
	if err != nil {
		return nil, err
	}
	count := teams.NewCount(inputs)
	line := progress.Start(stderr)
	defer line.Done()
	line.Show(count.String)
	var objects []client.Object
	var errs []error
	for spec, err := range teams.Specs(inputs, count, kubeconfig.Access{}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		bundle, err := tenant.Build(spec)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", spec.Position, err))
			continue
		}
		objects = append(objects, bundle.Objects()...)
	}
	if len(objects)+len(errs) == 0 {
		return nil, fmt.Errorf("%s: no tenant spec in it", name)
	}
	return objects, errors.Join(errs...)
}

// must reports a mistake of the program itself, such as the name of a flag that
// does not exist; every test that makes the command finds it.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
