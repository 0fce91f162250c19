// Package e2e holds the end-to-end tests: they apply the library's output to a real
// kube-apiserver with Flux and Capsule, and watch. Each directory proves one thing:
//
//	recipe       a tenant works, in every way of access
//	isolation    the limits of a tenant.Isolation and a tenant.Quota
//	attack       attacks that are refused, under each protection and mode of access
//	availability what a tenant can and cannot stop
//	exploit      the audit's errors are attacks that work
//	advisories   the same with an old Capsule
//	offboarding  nothing of a tenant stays behind
//	operator     the example's operator, and package apply
//	faults       tenants recover
//	renewal      kubeconfigs in Secrets are kept
//	rules        the cluster rejects what the library rejects
//	controllers  images and notifications work; what the builders reject never does
//	dataloss     what a slip in a tree costs
//	scale        hundreds and thousands of tenants
//	upgrade      a platform goes from the oldest versions to the newest
//
// Everything is built from Go modules, once, in about 18 minutes on two cores; a
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
// with it and with -args -update writes its results into docs/security.md. Cases with
// source-watcher run with the checkout that $FLUXCAPSULE_SOURCE_WATCHER names, in which
// go build -o source-watcher ./cmd has run.
//
// $FLUXCAPSULE_SET chooses other versions of Flux and Capsule than the pinned ones:
// oldest or newest, of those that can be built, or oldest-capsule, which has the pinned
// Flux. make e2e-versions runs them, and with -args -record a run writes the results of
// its cases into the table of versions.
//
// make e2e-hold starts a control plane with two tenants to explore.
package e2e
