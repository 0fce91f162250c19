// Fleet writes a tree of 500 tenants, writes it again, which changes nothing, and
// off-boards one of them.
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

// teams stands for a database or an API. The last of n teams may be leaving.
func teams(n int, leaving bool) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			name := fmt.Sprintf("team-%03d", i)
			git := tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"}
			if !yield(tenant.Spec{Name: name, Git: git, Leaving: leaving && i == n-1}, nil) {
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
	for _, step := range []struct {
		what    string
		tenants iter.Seq2[tenant.Spec, error]
		options []fleet.TreeOption
	}{
		{"500 tenants", teams(500, false), nil},
		{"once more", teams(500, false), nil},
		{"one is missing", teams(499, false), nil},
		{"one leaves", teams(500, true), nil},
		{"it is stopped", teams(500, true), []fleet.TreeOption{fleet.Applied()}},
		{"it has left", teams(499, false), nil},
	} {
		f := fleet.Fleet{
			Platform: &fleet.Platform{
				Git:      tenant.Git{URL: "https://github.com/org/platform.git", Branch: "main"},
				Clusters: []fleet.Cluster{{Name: "production"}},
			},
			Tenants: step.tenants,
		}
		changes, err := f.WriteTree(context.Background(), dir, step.options...)
		fmt.Printf("%s: %d files written, %d removed, %d unchanged\n", step.what, len(changes.Written), len(changes.Removed), changes.Unchanged)
		if err != nil {
			fmt.Println("refused:", err)
		}
		for _, next := range changes.Next {
			fmt.Println("next:", next)
		}
	}
}
