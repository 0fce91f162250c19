// Package fleet builds all tenants of a platform, and the platform, as one
// GitOps tree.
//
//	all := fleet.Fleet{
//		Platform: &fleet.Platform{Git: git, Clusters: []fleet.Cluster{{Name: "production"}}},
//		Tenants:  fleet.ReadSpecs(file, manifest.File("teams.yaml")),
//	}
//	changes, err := all.WriteTree(ctx, "./gitops")
//
// # Tenants
//
// A [Fleet] builds its tenants one after the other, on all cores, and keeps of
// each only its names: a fleet of 100,000 takes no more memory for the objects
// than one of ten. It checks the tenants against each other.
// [Fleet.Bundles] yields every bundle, [Fleet.Write] writes all to one stream, and
// [Fleet.Check] checks one more tenant against them.
//
// # The platform
//
// A [Platform] is what kustomize-controller applies as itself before there are
// tenants: Capsule, Capsule Proxy, the admission policies, and a [Cluster] for
// each cluster that serves the tenants. [BuildPlatform] builds its objects.
//
// # The tree
//
// [Fleet.WriteTree] keeps a directory in line with the fleet. Only files that
// differ are written, and only files that it wrote itself are removed.
// [Fleet.DiffTree] shows what it would change.
//
// Tenants are divided into groups, each with a Flux Kustomization and a source that
// has the group's files only. The number of groups is fixed with the first tree, and
// a tenant's group follows from its name alone: tenants, shards and clusters come and
// go without moving one from a Kustomization to another, which would delete what the
// tenant has. What would move tenants is a [*LayoutError]; [Relayout] does it in
// three commits without loss.
//
// # What keeps tenants from getting lost
//
// The tree guards every tenant: its Tenant, its home namespace and its reconciler's
// TenantOwner are not pruned, Capsule refuses to delete the Tenant
// (preventDeletion), and what the tenant's Kustomization applied stays when that is
// deleted (deletionPolicy: Orphan). A tenant's file that is lost in git takes
// nothing with it that applying it again does not bring back. A tenant that is lost
// from the specs is a [*RemovalError], and so is one that a cluster serves no more;
// another home, account or mode of access of a tenant that is there is an error too.
// Flux is kept as well, with its sync: with its custom resource definitions every
// HelmRelease would go, and what it installed.
//
// A tenant is off-boarded with [tenant.Spec].Leaving:
//
//  1. Its file loses the guards. Wait until every cluster has applied that.
//  2. With [Applied], its source and its Kustomization go, and Flux deletes what they
//     applied in the name of the tenant's account, which stays. Wait until the
//     Kustomization is gone from every cluster, and with it what it applied.
//  3. Leave the spec out: the tenant's file goes, and with it the rest.
//
// [Changes] says at each step what to wait for.
//
// # Clusters that exist
//
// The tree can be in a repository of flux bootstrap, with the clusters' names those
// of its paths: clusters/<name>. gotk-components.yaml and the gotk-sync.yaml of flux
// bootstrap stay as they are, an upgrade of Flux writes them anew, and the
// kustomization.yaml beside them becomes the tree's, since flux bootstrap leaves it
// alone once it is there. One that says more than flux bootstrap has it say is an
// error. Where the Flux Operator runs Flux, see [Cluster].FluxInstance.
package fleet
