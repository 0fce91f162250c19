// Migrate reads the manifests of 2022 from standard input and prints each tenant
// as a spec, and as a comment what changes.
//
//	cat tenants/*.yaml | go run ./examples/migrate
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

func main() {
	read, err := repository.Load(context.Background(), []string{"-"}, repository.Options{Stdin: os.Stdin})
	if err != nil {
		log.Fatal(err)
	}
	result, err := migrate.Import(read.Objects, kubeconfig.Access{})
	if err != nil {
		log.Fatal(err)
	}
	for _, found := range result.Tenants {
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
