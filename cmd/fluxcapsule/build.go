package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/fleet"
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
			in, name, err := open(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer in.Close()
			objects, err := build(in, name)
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

// open opens a file, or standard input for "-", and returns its name for errors.
func open(file string, stdin io.Reader) (io.ReadCloser, string, error) {
	if file == "-" {
		return io.NopCloser(stdin), "standard input", nil
	}
	f, err := os.Open(file)
	return f, file, err
}

// build builds every spec of the stream.
func build(in io.Reader, name string) ([]client.Object, error) {
	var objects []client.Object
	var errs []error
	for spec, err := range fleet.ReadSpecs(in, manifest.File(name)) {
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
