// Package fluxcapsule is the root of a library that builds multi-tenant Flux and
// Capsule objects as upstream's own types. This package is empty; the packages below
// it are:
//
//   - tenant: the recipe. From one spec every object of a tenant; start here.
//   - fleet: many tenants and their platform as a GitOps tree.
//   - apply: a tenant's objects on a cluster: applied, compared, awaited, removed.
//   - migrate: existing tenants as specs.
//   - audit: finds the ways out of a tenant in any set of objects.
//   - flux: Flux's kinds. flux/lockdown: a Flux installation locked down for tenants.
//   - capsule: Capsule's kinds.
//   - kubeconfig: how Flux reaches the API server for a tenant, and the renewal
//     of what that takes.
//   - schema: any object against the CRDs, offline.
//   - repository: a GitOps repository read as Flux would apply it.
//   - manifest: objects to YAML streams and back, without loss.
//
// A builder takes upstream's metadata and upstream's spec, and returns upstream's
// object with the documented defaults filled in:
//
//	repo, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"},
//		sourcev1.GitRepositorySpec{URL: "https://github.com/org/dev-team.git"})
//
// # The system
//
// A platform team gives each team a Namespace-as-a-Service: the team makes its own
// namespaces and their objects by committing to its own git repository.
//
// Flux reconciles that repository as the tenant. The tenant GitOps reconciler is a
// ServiceAccount in a home namespace that the platform makes. Capsule knows it as the
// owner of a Tenant, a set of namespaces: a namespace it makes becomes the Tenant's,
// and Capsule binds it to admin there. Capsule's webhooks refuse what the platform
// does not allow, and RBAC refuses everything else.
//
// Requests go through Capsule Proxy, which answers a request to list namespaces with
// the tenant's own, where the API server would refuse it. At each reconciliation Flux
// requests a token for the reconciler, valid for a few minutes; nothing is stored.
//
// Flux's controllers are cluster-admin. Three things keep a tenant from using that:
// the lockdown flags on the controllers, the reconciler's name on every Flux object
// of the tenant, and admission policies for what the flags leave open.
//
// # The promises
//
// Builders are pure: values in, values out, no I/O, no clock, no panic; the same
// input gives the same bytes. They return upstream's types. They return an object
// that the pinned CRDs accept, or an error that lists every invalid field. The zero
// value of a field gives the least privilege that works.
package fluxcapsule
