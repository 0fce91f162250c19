package tenant_test

import (
	"context"
	"fmt"
	"strings"

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
	fleet := tenant.Fleet{Tenants: tenant.ReadSpecs(strings.NewReader(specs))}
	for team, err := range fleet.Bundles(context.Background()) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(team.Tenant.Name, len(team.Objects()))
	}
	// Output:
	// dev-team 8
	// ops-team 8
}

// Each tenant is in order, both together are not.
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
	fleet := tenant.Fleet{Tenants: tenant.ReadSpecs(strings.NewReader(specs), manifest.File("teams.yaml"))}
	for _, err := range fleet.Bundles(context.Background()) {
		if err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// teams.yaml:5 (document 2): tenant.Spec "ops-team" is invalid: owners[0].name: Duplicate value: "system:serviceaccount:dev-team:gitops-reconciler": an account of the home namespace of tenant "dev-team" at teams.yaml:2 (document 1)
}
