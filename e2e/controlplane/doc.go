// Package controlplane runs a Kubernetes control plane with Flux and Capsule
// as plain processes, without containers: etcd, kube-apiserver,
// kube-controller-manager, Capsule, source-, kustomize- and helm-controller,
// each built from its pinned Go module.
//
// [Main] is a test binary's TestMain. It builds what the cache lacks, then
// runs the tests in a process of their own network and PID namespaces, so that
// every port is free, nothing is reachable from outside, and whatever was
// started dies with the tests:
//
//	func TestMain(m *testing.M) {
//		os.Exit(controlplane.Main(func(cp *controlplane.ControlPlane) (int, error) {
//			cluster = cp
//			return m.Run(), nil
//		}))
//	}
//
// No kubelet runs: a Pod stays Pending.
package controlplane
