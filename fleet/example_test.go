package fleet_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func ExampleFleet_Bundles() {
	const specs = `
name: dev-team
git: {url: https://github.com/org/dev-team}
---
name: ops-team
git: {url: https://github.com/org/ops-team}
`
	all := fleet.Fleet{Tenants: fleet.ReadSpecs(strings.NewReader(specs))}
	for team, err := range all.Bundles(context.Background()) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(team.Tenant.Name, len(team.Objects()))
	}
	// Output:
	// dev-team 9
	// ops-team 9
}

// Each tenant is valid alone, but not both together.
func ExampleFleet_Bundles_clash() {
	const specs = `
name: dev-team
git: {url: https://github.com/org/dev-team}
---
name: ops-team
git: {url: https://github.com/org/ops-team}
owners:
- kind: ServiceAccount
  name: system:serviceaccount:dev-team:gitops-reconciler
`
	all := fleet.Fleet{Tenants: fleet.ReadSpecs(strings.NewReader(specs), manifest.File("teams.yaml"))}
	for _, err := range all.Bundles(context.Background()) {
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// teams.yaml:5 (document 2): tenant.Spec "ops-team" is invalid: owners[0].name: Duplicate value: "system:serviceaccount:dev-team:gitops-reconciler": an account of the home namespace of tenant "dev-team" at teams.yaml:2 (document 1)
}

// A tree is written once. After that only changed files are.
func ExampleFleet_WriteTree() {
	dir, err := os.MkdirTemp("", "gitops")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	team := tenant.Spec{Name: "dev-team", Git: tenant.Git{URL: "https://github.com/org/dev-team", Branch: "main"}}
	for _, branch := range []string{"main", "main", "next"} {
		team.Git.Branch = branch
		all := fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) { yield(team, nil) }}
		changes, err := all.WriteTree(context.Background(), dir)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(changes.Written, changes.Unchanged)
	}
	// Output:
	// [tenants/005/dev-team.yaml tenants/005/kustomization.yaml tenants/kustomization.yaml] 0
	// [] 3
	// [tenants/005/dev-team.yaml] 2
}

// A diff shows what a change of the specs does to the tree.
func ExampleFleet_DiffTree() {
	dir, err := os.MkdirTemp("", "gitops")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)

	team := tenant.Spec{Name: "dev-team", Git: tenant.Git{URL: "https://github.com/org/dev-team", Branch: "main"}}
	all := fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) { yield(team, nil) }}
	if _, err := all.WriteTree(context.Background(), dir); err != nil {
		log.Fatal(err)
	}
	team.Path = "./staging"
	var diff bytes.Buffer
	changes, err := all.DiffTree(context.Background(), dir, &diff)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("stale:", changes.Stale())
	for line := range strings.Lines(diff.String()) {
		if line[0] == '+' || line[0] == '-' {
			fmt.Print(line)
		}
	}
	// Output:
	// stale: true
	// --- a/tenants/005/dev-team.yaml
	// +++ b/tenants/005/dev-team.yaml
	// +  path: ./staging
}

// Errors have file, document and line, and the other documents are still read.
func ExampleReadSpecs() {
	const specs = `
name: dev-team
git: {url: https://github.com/org/dev-team}
---
name: ops-team
git: {uri: https://github.com/org/ops-team}
`
	for spec, err := range fleet.ReadSpecs(strings.NewReader(specs), manifest.File("teams.yaml")) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(spec.Name, spec.Git.URL)
	}
	// Output:
	// dev-team https://github.com/org/dev-team
	// teams.yaml:6 (document 2): unknown field "git.uri"
}

func ExampleBuildPlatform() {
	platform, err := fleet.BuildPlatform(fleet.Platform{
		Git:      tenant.Git{URL: "https://github.com/org/platform.git", Branch: "main"},
		Clusters: []fleet.Cluster{{Name: "production"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(platform.CapsuleRelease.Name, platform.ProxyRelease.Name, platform.HomeRole.Name)
	for _, policy := range platform.Policies[:2] {
		fmt.Println(policy.Name())
	}
	// Output:
	// capsule capsule-proxy fluxcapsule-home
	// fluxcapsule-tenant-references
	// fluxcapsule-tenant-identities
}

// A portal checks a new team against those that it has.
func ExampleFleet_Check() {
	teams := fleet.Fleet{Tenants: fleet.ReadSpecs(strings.NewReader("name: dev-team\ngit: {url: https://github.com/org/dev-team}\n"))}
	err := teams.Check(context.Background(), tenant.Spec{
		Name: "ops-team",
		Home: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/ops-team"},
	})
	fmt.Println(err)
	// Output:
	// tenant.Spec "ops-team" is invalid: home: Duplicate value: "dev-team": the home namespace of tenant "dev-team" at line 1 (document 1)
}
