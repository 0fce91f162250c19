// Package renew is the subcommand kubeconfig: it makes, renews and checks the
// kubeconfigs with which Flux goes through Capsule Proxy. It accepts the flags of the
// proxy-kubeconfig-generator of 2022.
package renew
