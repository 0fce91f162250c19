package tenancy

import (
	"cmp"
	"slices"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Limits are what a platform may decide about the rules. The zero value is the
// strictest.
type Limits struct {
	// FluxNamespace is where Flux's controllers run, "flux-system" by default.
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

func (l Limits) fluxNamespace() string { return cmp.Or(l.FluxNamespace, names.Flux) }

// further are the platform's namespaces beside those of package names.
func (l Limits) further() []string {
	if l.FluxNamespace == "" {
		return l.PlatformNamespaces
	}
	return append([]string{l.FluxNamespace}, l.PlatformNamespaces...)
}

// isPlatform reports whether a namespace holds Kubernetes, Flux, Capsule or what
// the limits name.
func (l Limits) isPlatform(name string) bool {
	return names.IsPlatform(name) || slices.Contains(l.further(), name)
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
