// Package e2e proves the library on a real control plane: the tests apply what
// it builds to a kube-apiserver with Flux and Capsule, and watch.
//
// One command builds everything from Go modules, once, and runs the tests:
//
//	go -C e2e test -v -p 1 -timeout 60m ./...
//
// It needs Linux, Go, git, and the right to make network and PID namespaces
// (root, or user namespaces). The first run builds for about 13 minutes on two
// cores; later ones start within 15 seconds. Some cases only:
//
//	go -C e2e test -v . -run TestRecipe
//	go -C e2e test -v . -run TestAttacks/both
//
// The run ends with a table of its cases. When one fails, the logs of all
// components are kept, and the run says where.
//
// TestAttacks makes what tenants try; what nothing refuses has to be found by the
// audit. TestExploits goes the other way: it sets up what the audit calls an error,
// and makes the attack. Package advisories does so with an old Capsule.
//
// Cases that go through Capsule Proxy run with the binary that
// $FLUXCAPSULE_CAPSULE_PROXY names, and are reported as not run without it.
// A run with it, and with -args -update, writes docs/security.md.
//
// All tests share one control plane, and each makes tenants of its own. A test
// is a row of the table when it calls newCase. To know what the API server, its
// admission policies and Capsule's webhooks say of an object, and no more:
//
//	err := ServerSideApply(ctx, cluster.Client, objects, client.DryRunAll)
package e2e
