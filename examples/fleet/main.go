// Fleet writes a tree of 500 tenants, writes it again, which changes nothing, and
// once more without one of them, whose files go.
//
//	go run ./examples/fleet
package main

import (
	"context"
	"fmt"
	"iter"
	"log"
	"os"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// teams stands for a database or an API.
func teams(n int) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			name := fmt.Sprintf("team-%03d", i)
			git := tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"}
			if !yield(tenant.Spec{Name: name, Git: git}, nil) {
				return
			}
		}
	}
}

func main() {
	dir, err := os.MkdirTemp("", "gitops-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for _, n := range []int{500, 500, 499} {
		f := fleet.Fleet{
			Platform: &fleet.Platform{
				Git:      tenant.Git{URL: "https://github.com/org/platform.git", Branch: "main"},
				Clusters: []fleet.Cluster{{Name: "production"}},
			},
			Tenants: teams(n),
		}
		changes, err := f.WriteTree(context.Background(), dir)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d tenants: %d files written, %d removed, %d unchanged\n", n, len(changes.Written), len(changes.Removed), changes.Unchanged)
	}
}
