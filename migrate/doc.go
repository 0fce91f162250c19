// Package migrate infers the specs of tenants from objects that exist.
//
//	objects, err := manifest.Read(file, nil)
//	tenants, err := migrate.Import(objects, kubeconfig.Access{})
//	for _, found := range tenants {
//		team, err := tenant.Build(found.Spec)
//		for _, difference := range found.Differences {
//			fmt.Println(difference)
//		}
//	}
//
// It reads every version of the kinds of Flux and Capsule, the set-up of
// clastix/flux2-capsule-multi-tenancy of 2022 included, and what package tenant
// builds.
package migrate
