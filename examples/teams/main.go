// Teams prints the objects of every tenant in a file of specs, one YAML
// document each: a small NaaS in a pipeline.
//
//	go run ./examples/teams                  # the teams.yaml beside this file
//	go run ./examples/teams -f my-teams.yaml
//	generate-specs | go run ./examples/teams -f -
//
// It prints either everything or, when a spec is faulty, what is wrong with
// every one of them.
package main

import (
	"bytes"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

//go:embed teams.yaml
var teams []byte

func main() {
	file := flag.String("f", "", "file of tenant specs, - for standard input (default the teams.yaml of this example)")
	flag.Parse()
	if err := run(*file, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string, stdin io.Reader, stdout io.Writer) error {
	in, name := io.Reader(bytes.NewReader(teams)), "teams.yaml"
	switch file {
	case "":
	case "-":
		in, name = stdin, "standard input"
	default:
		f, err := os.Open(file)
		if err != nil {
			return err
		}
		defer f.Close()
		in, name = f, file
	}
	objects, err := build(in, name)
	if err != nil {
		return err
	}
	return manifest.WriteAll(stdout, objects)
}

// build reads every spec of the stream and builds its objects.
func build(in io.Reader, name string) ([]client.Object, error) {
	var objects []client.Object
	var errs []error
	specs := manifest.NewDecoder(in, nil, manifest.File(name))
	for {
		var spec tenant.Spec
		err := specs.DecodeInto(&spec)
		if err == io.EOF {
			break
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		bundle, err := tenant.Build(spec)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", specs.Position(), err))
			continue
		}
		objects = append(objects, bundle.Objects()...)
	}
	if len(objects)+len(errs) == 0 {
		return nil, fmt.Errorf("%s: no tenant spec in it", name)
	}
	return objects, errors.Join(errs...)
}
