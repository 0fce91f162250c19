// Package e2e holds the end-to-end tests: they apply what the library builds to a
// real kube-apiserver with Flux and Capsule, and watch. Each directory proves one
// thing:
//
//	recipe       a tenant works, in every way of access
//	isolation    what a tenant.Isolation and a tenant.Quota hold namespaces to
//	attack       what tenants cannot do, under each protection and way of access
//	availability what a tenant cannot stop, and what it can
//	exploit      what the audit calls an error is one
//	advisories   the same with an old Capsule
//	offboarding  nothing of a tenant stays behind
//	operator     the example's operator, and package apply
//	faults       tenants recover
//	renewal      kubeconfigs in Secrets are kept
//	rules        what the library rejects the cluster rejects
//	scale        two hundred tenants
//	upgrade      a platform goes from the oldest versions to the newest
//
// Everything is built from Go modules, once, in about 13 minutes on two cores; a
// test then starts its control plane within 15 seconds. It takes Linux, Go, git,
// and the right to make namespaces (root, or user namespaces):
//
//	go -C e2e run ./build
//	go -C e2e test -v ./recipe
//	go -C e2e test -v ./attack -run TestAttack/both
//
// or all of it, with make e2e. A run ends with a table of its cases. When one
// fails, the logs of all components are kept, and the run says where.
//
// Cases that go through Capsule Proxy run with the binary that
// $FLUXCAPSULE_CAPSULE_PROXY names, and are reported as not run without it. A run
// with it, and with -args -update, writes what it shows into docs/security.md.
//
// $FLUXCAPSULE_SET chooses other versions of Flux and Capsule than the pinned ones:
// oldest or newest, of those that can be built. make e2e-versions runs both, and with
// -args -record a run writes what became of its cases into the table of versions.
//
// A control plane to explore, with two tenants, is make e2e-hold.
package e2e
