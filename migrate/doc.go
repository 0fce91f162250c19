// Package migrate infers the specs of tenants from objects that exist.
//
//	read, err := repository.Load(ctx, []string{"gitops"}, repository.Options{})
//	result, err := migrate.Import(read.Objects, kubeconfig.Access{})
//	for _, found := range result.Tenants {
//		team, err := tenant.Build(found.Spec)
//		for _, difference := range found.Differences {
//			fmt.Println(difference)
//		}
//	}
//
// # What to use
//
//	specs of the tenants in a repository    Import, with the objects of repository.Load
//	what a spec lacks                       Tenant.Err
//	what would change on the cluster        Tenant.Differences
//	objects that belong to no tenant        Result.Rest
//	the tree of the tenants                 fleet.Fleet, with the specs
//
// # What is read
//
// It reads every version of the kinds of Flux and Capsule, the set-up of
// clastix/flux2-capsule-multi-tenancy of 2022 included, and what package tenant
// builds.
//
// Nothing is lost silently: [Import] builds the inferred specs and compares each
// object, field by field, with the existing one. It names each difference with its
// file; objects that belong to no tenant are in Result.Rest. Tenant.Err lists what a
// spec lacks.
package migrate
