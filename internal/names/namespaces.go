package names

import (
	"slices"
	"strings"
)

const (
	// Flux is the namespace of Flux and of the platform's own Flux objects.
	Flux = "flux-system"

	// Capsule is the namespace of Capsule and of Capsule Proxy.
	Capsule = "capsule-system"
)

// platform are, with those that start with kubePrefix, the namespaces of the programs
// that reconcile and guard all tenants. An account in one of them could get the
// accounts and Secrets of every tenant.
var platform = []string{"default", Flux, Capsule}

const kubePrefix = "kube-"

// IsPlatform reports whether a namespace is Kubernetes', Flux's or Capsule's.
func IsPlatform(namespace string) bool {
	return slices.Contains(platform, namespace) || strings.HasPrefix(namespace, kubePrefix)
}

// PlatformPattern is a regular expression (RE2) for these namespaces.
const PlatformPattern = "^(default|kube-.*|" + Flux + "|" + Capsule + ")$"
