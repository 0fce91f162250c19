// Package capsule builds Capsule objects as the types Capsule publishes.
//
// It follows the pattern of package flux: a constructor takes the name and what
// the kind cannot do without, everything else is an option, and the error lists
// every invalid field in the API server's own words.
//
//	owner, err := capsule.TenantOwner("dev-team", capsule.ServiceAccount("dev-team", "gitops-reconciler"),
//		capsule.Labels{capsule.TenantLabel: "dev-team"})
//
//	tenant, err := capsule.Tenant("dev-team",
//		capsule.MatchOwners{capsule.TenantLabel: "dev-team"}, capsule.NamespaceQuota(5))
//
// # Owners
//
// A [TenantOwner] is somebody who owns tenants, and a [Tenant] selects its
// owners by label. That keeps the CapsuleConfiguration, which all tenants share,
// out of it: an owner is a Capsule user by being a TenantOwner.
//
// # Which Capsule
//
// The types are those of github.com/projectcapsule/capsule, the project that was
// github.com/clastix/capsule until 2023. The API group is still
// capsule.clastix.io. Importing them brings in controller-runtime and client-go,
// which packages flux, kubeconfig and manifest therefore do without.
package capsule
