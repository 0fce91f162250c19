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
// [Fleet.Bundles] yields every bundle, [Fleet.Write] writes all to one stream.
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
package fleet
