// Package capsule builds the objects of Capsule and Capsule Proxy as the types
// that Capsule publishes.
//
// It follows the pattern of package flux: a constructor takes the name and what
// the kind cannot do without, everything else is an option, and the error lists
// every invalid field in the API server's own words.
//
//	owner, err := capsule.TenantOwner("dev-team", capsule.ServiceAccount("dev-team", "gitops-reconciler"),
//		capsule.Labels{capsule.TenantLabel: "dev-team"})
//
//	tenant, err := capsule.Tenant("dev-team",
//		capsule.MatchOwners{capsule.TenantLabel: "dev-team"}, capsule.NamespaceQuota(5),
//		capsule.Deny(capsule.ServiceTypes{"NodePort", "LoadBalancer"}))
//
// # Owners
//
// A [TenantOwner] is somebody who owns tenants, and a [Tenant] selects its
// owners by label. That keeps the CapsuleConfiguration, which all tenants share,
// out of it: an owner is a Capsule user by being a TenantOwner.
//
// # Rules and replications
//
// What the tenant's objects may be is said by rules: [Allow], [Deny], [Audit],
// [Quota], [Grant], each of parts such as [Registries], [Hostnames], [Metadata],
// [Namespaces]. What the tenant's namespaces hold, network policies and limit
// ranges among it, is kept there by a [GlobalTenantResource]. The fields of the
// Tenant that did both before are deprecated; their options say so.
//
// # What Capsule lets pass
//
// An object that was built without an error is accepted by the CRDs and the
// webhooks of the Capsule version this module is pinned to, but for what only the
// cluster knows: its kinds, and what is used already. The builders also
// refuse what Capsule accepts and then reads differently than it looks:
//
//   - an empty selector, which is every namespace, every tenant, every class or
//     none at all, depending on the field: [EveryNamespace], [EveryTenant] and
//     [ClusterWide] say so by name;
//   - a replication without an account, which acts as the cluster's
//     administrator: [AsController];
//   - cluster-admin in roles and bindings: [ClusterAdmin], [ClusterAdminBinding];
//   - groups of Kubernetes' own as owners or users, such as all ServiceAccounts
//     of a namespace;
//   - regular expressions that make a webhook panic later;
//   - cluster-scoped objects in a replication.
//
// What Capsule's Go types cannot say, [ForbidOwnerPromotion] does.
//
// # Which Capsule
//
// The types are those of github.com/projectcapsule/capsule, the project that was
// github.com/clastix/capsule until 2023. The API group is still
// capsule.clastix.io. Importing them brings in controller-runtime and client-go,
// which packages flux, kubeconfig and manifest therefore do without. Capsule
// Proxy's own types are not published; ours are in package proxy/v1beta1.
package capsule
