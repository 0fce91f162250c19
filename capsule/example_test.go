package capsule_test

import (
	"fmt"

	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

func ExampleTenant() {
	tenant, err := capsule.Tenant("dev-team",
		capsule.MatchOwners{capsule.TenantLabel: "dev-team"},
		capsule.NamespaceQuota(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	print(tenant.Spec)
	// Output:
	// data: {}
	// namespaceOptions:
	//   quota: 5
	// permissions:
	//   matchOwners:
	//   - matchLabels:
	//       projectcapsule.dev/tenant: dev-team
}

func ExampleTenantOwner() {
	owner, err := capsule.TenantOwner("dev-team-admins", capsule.Group("dev-team-admins"),
		capsule.Labels{capsule.TenantLabel: "dev-team"})
	if err != nil {
		fmt.Println(err)
		return
	}
	print(owner.Spec)
	// Output:
	// kind: Group
	// name: dev-team-admins
}

// A group that every ServiceAccount of a namespace belongs to is no owner.
func ExampleTenantOwner_invalid() {
	_, err := capsule.TenantOwner("dev-team", capsule.Group("system:serviceaccounts:dev-team"),
		capsule.ClusterRoles{"cluster-admin"})
	fmt.Println(err)
	// Output:
	// TenantOwner.capsule.clastix.io "dev-team" is invalid: [spec.clusterRoles[0]: Forbidden: cluster-admin makes the owner master of every object in its namespaces, Capsule's included; ask for it with ClusterAdmin, spec.name: Invalid value: "system:serviceaccounts:dev-team": must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people]
}

func print(v any) {
	out, err := yaml.Marshal(v)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(out))
}
