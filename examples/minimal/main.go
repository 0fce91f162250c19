// Minimal prints the smallest tenant: a name and a repository.
//
//	go run ./examples/minimal | kubectl apply --server-side -f -
package main

import (
	"log"
	"os"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func main() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := manifest.WriteAll(os.Stdout, team.Objects()); err != nil {
		log.Fatal(err)
	}
}
