// Package tenant is the recipe: from one [Spec] it builds exactly the objects that a
// tenant of a Flux and Capsule platform needs.
//
//	team, err := tenant.Build(tenant.Spec{
//		Name:   "dev-team",
//		Git:    tenant.Git{URL: "https://github.com/org/dev-team.git", Branch: "main"},
//		Path:   "./staging",
//		Access: kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", CA: ca, Audiences: audiences},
//		Owners: []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}},
//	})
//	err = manifest.WriteAll(os.Stdout, team.Objects())
//
// # What to use
//
//	build a tenant                   Build
//	add to it                        Bundle.NewKustomization, Bundle.NewHelmRelease ..., then Bundle.Add
//	check it after a change          Bundle.Validate, Bundle.Warnings
//	write or apply it                Bundle.Objects
//	off-board it                     Bundle.Leave
//	prepare a cluster for tenants    HomeRole, AdmissionPolicies
//	read its objects back            Scheme
//	a form or an editor for specs    Schema
//
// # A tenant
//
// A team gets a home namespace with a ServiceAccount, the tenant GitOps reconciler,
// that owns a Capsule Tenant. Flux applies the team's repository as that account. The
// repository can hold namespaces, which become the Tenant's, objects in these
// namespaces, and further Flux objects for the home namespace. The API server refuses
// anything else.
//
// # The bundle
//
// A [Bundle] has the objects in upstream's types, and remembers their tenant. Change
// any field, add objects, and validate:
//
//	jobs, err := team.NewKustomization("jobs", kustomizev1.KustomizationSpec{Path: "./jobs", Prune: true})
//	err = team.Add(jobs)
//	team.Kustomization.Spec.Patches = patches
//	err = team.Validate()
//
// There is a method for each kind of Flux. It takes upstream's spec, fills in the
// tenant's source, account and access, and rejects an object that leaves the tenant.
//
// # Access
//
// Spec.Access is how Flux's requests reach the API server. Through Capsule Proxy
// the tenant can list its own namespaces and those cluster-scoped resources that
// the platform lets it see, and no others. See [kubeconfig.Access] for the
// choices. In each of them Flux impersonates the reconciler.
//
// # Isolation
//
// Spec.Isolation and Spec.Quota limit the tenant's namespaces. The default is the
// [Profile] Baseline. The spec sets the fields that depend on the cluster:
//
//	Isolation: tenant.Isolation{
//		Profile:    tenant.Restricted,
//		Registries: []string{"registry.example.com"},
//		Hostnames:  []string{"*.dev-team.example.com"},
//	}
//
// # Once for each cluster
//
// A platform applies two things before its tenants: the [HomeRole], which
// reconcilers hold in their home namespaces, and the [AdmissionPolicies].
// fleet.BuildPlatform includes both.
//
// # Applying and removing
//
// A bundle is applied at once, in the order of [Bundle.Objects]. To remove a
// tenant, delete its Kustomization and wait until it is gone, then the rest: the
// Kustomization needs the account to delete what it applied.
//
// # Errors
//
// [Build] returns either a bundle or an error that lists every invalid field of
// the spec with its path; apierrors.IsInvalid holds for it.
package tenant
