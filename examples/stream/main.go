// Stream reads manifests, suspends every Kustomization among them, and writes
// all of them back.
//
//	go run ./examples/devteam | go run ./examples/stream
package main

import (
	"log"
	"os"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	objects, err := manifest.Read(os.Stdin, tenant.Scheme())
	if err != nil {
		log.Fatal(err)
	}
	for _, object := range objects {
		ks, ok := object.(*kustomizev1.Kustomization)
		if !ok {
			continue
		}
		ks.Spec.Suspend = true
		if err := flux.Validate(ks); err != nil {
			log.Fatal(err)
		}
	}
	if err := manifest.WriteAll(os.Stdout, objects); err != nil {
		log.Fatal(err)
	}
}
