// Package fleet builds all tenants of a platform, and the platform, as one
// GitOps tree.
//
//	all := fleet.Fleet{
//		Platform: &fleet.Platform{Git: git, Clusters: []fleet.Cluster{{Name: "production"}}},
//		Tenants:  fleet.ReadSpecs(file, manifest.File("teams.yaml")),
//	}
//	changes, err := all.WriteTree(ctx, "./gitops")
//
// # What to use
//
//	read specs                        ReadSpecs
//	build all tenants                 Fleet.Bundles
//	check one more                    Fleet.Check
//	write one stream                  Fleet.Write
//	write the tree                    Fleet.WriteTree
//	show what would change            Fleet.DiffTree
//	allow a change that is guarded    AllowRemoval, AllowAccessChange, Relayout, Applied ...
//	build the platform alone          BuildPlatform
//
// # Tenants
//
// A [Fleet] builds its tenants one after the other, on all cores, and keeps only
// their names: a fleet of 100,000 takes no more memory for objects than a fleet of
// ten. It checks the tenants against each other. [Fleet.Bundles] yields every bundle,
// [Fleet.Write] writes all to one stream, and [Fleet.Check] checks one more tenant
// against them.
//
// # The platform
//
// A [Platform] is what kustomize-controller applies as itself before there are
// tenants: Capsule, Capsule Proxy, the admission policies, and a [Cluster] for
// each cluster that serves the tenants. [BuildPlatform] builds its objects.
//
// # The tree
//
// [Fleet.WriteTree] updates a directory to match the fleet. Only files that differ
// are written, and only files that it wrote itself are removed. [Fleet.DiffTree]
// shows what it would change.
//
// Tenants are divided into groups, each with a Flux Kustomization and a source that
// has the group's files only. The number of groups is fixed with the first tree, and
// a tenant's group follows from its name alone: adding and removing tenants, shards
// and clusters moves no tenant to another Kustomization, which would delete the
// tenant's data. A change that would move tenants is a [*LayoutError]; [Relayout]
// makes it in three commits without loss.
//
// # Guards against losing tenants
//
// The tree guards every tenant: its Tenant, its home namespace and its reconciler's
// TenantOwner are not pruned, Capsule refuses to delete the Tenant (preventDeletion),
// and what the tenant's Kustomization applied stays when that is deleted
// (deletionPolicy: Orphan). If a tenant's file is lost in git, applying it again
// restores everything. A tenant that is missing from the specs is a [*RemovalError],
// and so is one that a cluster no longer serves; a changed home, account or mode of
// access is an error too. Flux and its sync are guarded as well: without its custom
// resource definitions every HelmRelease would be deleted, and what it installed.
//
// A tenant is off-boarded with [tenant.Spec].Leaving:
//
//  1. Its file loses the guards. Wait until every cluster has applied that.
//  2. With [Applied], its source and its Kustomization go, and Flux deletes what they
//     applied in the name of the tenant's account, which stays. Wait until the
//     Kustomization is gone from every cluster, and with it what it applied.
//  3. Leave the spec out: the tenant's file goes, and with it the rest.
//
// [Changes] returns what to wait for at each step.
//
// # Clusters that exist
//
// The tree can share a repository with flux bootstrap, in which a cluster's path is
// clusters/<name>. The tree leaves bootstrap's gotk-components.yaml and
// gotk-sync.yaml unchanged; an upgrade of Flux rewrites them. The tree takes over the
// kustomization.yaml beside them, which flux bootstrap does not rewrite; a
// kustomization.yaml with more than bootstrap's content is an error. Where the Flux
// Operator runs Flux, see [Cluster].FluxInstance.
//
// By default each group has a source of its own, and every commit has all groups
// applied again. With [Cluster].SourceWatcher, only the groups that changed are.
package fleet
