package tenancy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
)

// Limits are what a platform may decide about the rules. The zero value is the
// strictest.
type Limits struct {
	// FluxNamespace is where Flux's controllers run, "flux-system" if empty.
	FluxNamespace string

	// PlatformNamespaces are the platform's beside those of Kubernetes, Flux and
	// Capsule.
	PlatformNamespaces []string

	// AllowInsecure lets Flux fetch without TLS for a tenant.
	AllowInsecure bool

	// AllowSecretDecryption lets a Kustomization decrypt with a Secret alone. That
	// is safe if kustomize-controller has no cloud identity of its own, or runs
	// with --default-decryption-service-account: what is encrypted with a cloud KMS
	// is decrypted with the controller's identity otherwise, whatever the Secret
	// holds.
	AllowSecretDecryption bool
}

func (l Limits) fluxNamespace() string { return cmp.Or(l.FluxNamespace, "flux-system") }

// namespaces are the platform's that have no prefix of their own.
func (l Limits) namespaces() []string {
	names := append([]string{"default", l.fluxNamespace(), "capsule-system"}, l.PlatformNamespaces...)
	slices.Sort(names)
	return slices.Compact(names)
}

// PlatformNamespace reports whether a namespace holds Kubernetes, Flux, Capsule
// or what the limits name.
func (l Limits) PlatformNamespace(name string) bool {
	return strings.HasPrefix(name, "kube-") || slices.Contains(l.namespaces(), name)
}

// An Identity is the tenant that an object is to stay within.
type Identity struct {
	// Namespace is the one that the object lives in.
	Namespace string

	// Member says that the namespace is one that the tenant made, where it may tell
	// Flux to leave its objects alone. It is a home namespace otherwise.
	Member bool

	// Account is the tenant's reconciler, as which its objects must act. If it is
	// empty, any account of the namespace will do, and none of the rules applies
	// that only a bundle can ask for.
	Account string

	// KubeConfig is the tenant's access to the API server, nil for impersonation
	// alone. It counts only together with Account.
	KubeConfig *meta.KubeConfigReference

	// HomeWorkloads says that the namespace may run workloads. It counts only
	// together with Account.
	HomeWorkloads bool

	// Limits are the platform's.
	Limits Limits
}
