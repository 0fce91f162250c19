// Migrate reads the manifests of 2022 from standard input and prints each tenant
// as a spec, and as a comment what changes.
//
//	cat tenants/*.yaml | go run ./examples/migrate
package main

import (
	"fmt"
	"log"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
)

func main() {
	objects, err := manifest.Read(os.Stdin, nil)
	if err != nil {
		log.Fatal(err)
	}
	tenants, err := migrate.Import(objects, kubeconfig.Access{})
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range tenants {
		fmt.Println("---")
		for _, difference := range found.Differences {
			fmt.Println("#", difference)
		}
		text, err := yaml.Marshal(found.Spec)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Print(string(text))
	}
}
