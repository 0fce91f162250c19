// Package e2e proves the library on a real control plane: the tests apply what
// it builds to a kube-apiserver with Flux and Capsule, and watch.
//
// One command builds everything from Go modules, once, and runs the tests:
//
//	go -C e2e test -v -timeout 60m ./...
//
// It needs Linux, Go, git, and the right to make network and PID namespaces
// (root, or user namespaces). The first run builds for about 13 minutes on two
// cores; later ones start within 15 seconds.
//
// Cases that go through Capsule Proxy run with the binary that
// $FLUXCAPSULE_CAPSULE_PROXY names, and are reported as not run without it.
package e2e
