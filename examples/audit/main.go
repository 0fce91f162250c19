// Audit writes the findings about a GitOps repository as SARIF, for the code scanning
// of a forge.
//
//	go run ./examples/audit PATH > audit.sarif
package main

import (
	"context"
	"errors"
	"log"
	"os"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

func main() {
	read, err := repository.Load(context.Background(), os.Args[1:], repository.Options{})
	if err != nil {
		log.Fatal(err)
	}
	var inputs []audit.Input
	for _, object := range read.Objects {
		inputs = append(inputs, audit.Input{Object: object.Object, File: object.File, Line: object.Line})
	}
	for _, problem := range read.Problems {
		inputs = append(inputs, audit.Input{File: problem.Path, Line: problem.Line, Err: errors.New(problem.Reason)})
	}
	if err := audit.WriteSARIF(os.Stdout, audit.Check(inputs)); err != nil {
		log.Fatal(err)
	}
}
