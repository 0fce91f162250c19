package repository_test

import (
	"context"
	"fmt"
	"log"
	"testing/fstest"

	"github.com/fluxcapsule/fluxcapsule/repository"
)

// A repository is read as Flux applies it: what is missing from it is in Problems.
func ExampleLoadFS() {
	fsys := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("namespace: dev\nresources: [config.yaml, https://git.example.com/quota.yaml]\n")},
		"config.yaml":        {Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config}\n")},
	}
	result, err := repository.LoadFS(context.Background(), fsys, repository.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for _, o := range result.Objects {
		if o.Object.GetKind() == "ConfigMap" {
			fmt.Printf("%s:%d: %s/%s\n", o.File, o.Line, o.Object.GetNamespace(), o.Object.GetName())
		}
	}
	for _, p := range result.Problems {
		fmt.Println("not read:", p)
	}
	// Output:
	// config.yaml:1: dev/config
	// not read: kustomization.yaml: names https://git.example.com/quota.yaml, which is not fetched
}
