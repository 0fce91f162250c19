package apply_test

import (
	"context"
	"fmt"
	"log"

	"sigs.k8s.io/controller-runtime/pkg/client/fake"

	"github.com/fluxcapsule/fluxcapsule/apply"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func ExampleApply() {
	// client.New(config, client.Options{Scheme: tenant.Scheme()}), in a program
	c := fake.NewClientBuilder().WithScheme(tenant.Scheme()).WithReturnManagedFields().Build()
	ctx := context.Background()
	spec := tenant.Spec{
		Name:   "dev-team",
		Git:    tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
		Owners: []tenant.Owner{{Kind: "User", Name: "alice"}},
	}
	for _, owners := range [][]tenant.Owner{spec.Owners, nil} {
		spec.Owners = owners
		team, err := tenant.Build(spec)
		if err != nil {
			log.Fatal(err)
		}
		removed, err := apply.Apply(ctx, c, team)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("removed", removed)
	}
	// Output:
	// removed []
	// removed [TenantOwner dev-team.user.alice]
}
