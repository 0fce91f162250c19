package tenancy

import (
	"cmp"
	"slices"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// Limits are a platform's settings of the rules. The zero value is the strictest.
type Limits struct {
	// FluxNamespace is where Flux's controllers run, "flux-system" by default.
	FluxNamespace string

	// PlatformNamespaces are the platform's namespaces besides those of Kubernetes, Flux
	// and Capsule.
	PlatformNamespaces []string

	// AllowInsecure lets Flux fetch without TLS for a tenant.
	AllowInsecure bool

	// AllowSecretDecryption lets a Kustomization decrypt with a Secret alone. That is
	// safe if kustomize-controller has no cloud identity, or runs with
	// --default-decryption-service-account. Otherwise it decrypts files that are
	// encrypted with a cloud KMS with its own identity, for any Secret.
	AllowSecretDecryption bool

	// AllowProxy lets an object name the Secret of a proxy, which the tenant can write.
	AllowProxy bool
}

func (l Limits) fluxNamespace() string { return cmp.Or(l.FluxNamespace, names.Flux) }

// further are the platform's namespaces besides those of package names.
func (l Limits) further() []string {
	if l.FluxNamespace == "" {
		return l.PlatformNamespaces
	}
	return append([]string{l.FluxNamespace}, l.PlatformNamespaces...)
}

// isPlatform reports whether a namespace is Kubernetes', Flux's or Capsule's, or one
// of the limits'.
func (l Limits) isPlatform(name string) bool {
	return names.IsPlatform(name) || slices.Contains(l.further(), name)
}

// An Identity is the tenant that an object must stay within.
type Identity struct {
	// Namespace is the object's namespace.
	Namespace string

	// Member says that the tenant made the namespace, where it may exclude its objects
	// from Flux. Otherwise it is a home namespace.
	Member bool

	// Account is the tenant's reconciler, as which its objects must act. If it is empty,
	// any account of the namespace is accepted, and rules that only a bundle can check
	// do not apply.
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
