// Package tenant is the recipe: from one [Spec] it builds every object that a
// tenant of a Flux and Capsule platform needs, and nothing that it does not.
//
//	team, err := tenant.Build(tenant.Spec{
//		Name:   "dev-team",
//		Git:    tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
//		Path:   "./staging",
//		Access: kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", CA: ca, Audiences: audiences},
//		Owners: []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}},
//		Quota:  tenant.Quota{Namespaces: 5},
//	})
//	err = manifest.Write(os.Stdout, team.Objects()...)
//
// # What a tenant is
//
// A team gets a home namespace with a ServiceAccount, the tenant GitOps
// reconciler, that owns a Capsule Tenant. Flux applies the team's repository in
// that account's name. What the repository holds can be namespaces, which become
// the Tenant's, objects in these namespaces, and further Flux objects for the
// home namespace, made with [Bundle.NewKustomization]. Anything else the API
// server refuses, because the account may do no more.
//
// # Access
//
// Spec.Access is how Flux's requests reach the API server. Through Capsule Proxy
// the tenant can list its own namespaces and those cluster-scoped resources that
// the platform lets it see, and no others. See [kubeconfig.Access] for the
// choices. In every one of them Flux impersonates the reconciler.
//
// # Isolation
//
// Spec.Isolation and Spec.Quota hold the tenant's namespaces to what the platform
// allows. A [Profile] sets what does not depend on the cluster:
//
//	Isolation: tenant.Isolation{
//		Profile:    tenant.Restricted,
//		Registries: []string{"registry.example.com"},
//		Hostnames:  []string{"*.dev-team.example.com"},
//	}
//
// # Applying and removing
//
// A bundle is applied at once, in the order of [Bundle.Objects]. To remove a
// tenant, delete its Kustomization and wait until it is gone, then the rest: the
// Kustomization needs the account to delete what it applied.
//
// # Errors
//
// [Build] returns either a bundle or an error that lists every fault of the spec
// with its path in the spec; apierrors.IsInvalid holds for it.
package tenant
