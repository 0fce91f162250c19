package kubeconfig

import (
	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// DefaultKey is the default key of a kubeconfig in its Secret. The 2022 generator and
// capsule-addon-fluxcd use the same. Flux's own default is "value", so a reference
// always names its key.
const DefaultKey = "kubeconfig"

// Access says how Flux reaches the API server on behalf of a tenant. It has
// JSON tags, so that it can be a field of a specification read from YAML.
//
// The zero Access means without a kubeconfig: Flux uses its own and only
// impersonates the tenant's account.
//
// With Proxy or APIServer alone, access is tokenless: a ConfigMap tells Flux
// where the server is, and Flux requests a short-lived token for the account at
// each reconciliation. With SecretRef, Flux reads a whole kubeconfig, token
// included, from a Secret that somebody has to renew; package renewal does.
//
// +kubebuilder:object:generate=true
// +kubebuilder:validation:AtMostOneOf=proxy;apiServer
type Access struct {
	// Proxy is the URL of Capsule Proxy, such as
	// https://capsule-proxy.capsule-system.svc:9001: scheme https, a host, an optional
	// port (default 443), nothing after it. The certificate from Capsule Proxy's chart
	// is for the name <release>.<namespace>.svc, not for the one that ends in
	// .svc.cluster.local.
	//
	// +kubebuilder:validation:Pattern=`^https://[^/?#@]+$`
	Proxy string `json:"proxy,omitempty"`

	// APIServer is the URL of the API server itself, in place of Proxy. With
	// it a tenant cannot list its own namespaces. A path is allowed only with
	// SecretRef, since Flux drops it otherwise.
	//
	// +kubebuilder:validation:Pattern=`^https://[^/?#@]+(/[^?#]*)?$`
	APIServer string `json:"apiServer,omitempty"`

	// CA holds the CA certificates of the server, in PEM. Without it the system's are
	// trusted, so it is required for a server whose name no public authority certifies:
	// an IP address, a name without dots, a name under .svc, .local or .internal. With
	// SecretRef it may be left out.
	//
	// +kubebuilder:validation:Pattern=`-----BEGIN CERTIFICATE-----`
	CA string `json:"ca,omitempty"`

	// Audiences are the audiences of the account's token. Tokenless access requires
	// them: the API server's own audience (--api-audiences, by default its
	// --service-account-issuer, often https://kubernetes.default.svc.cluster.local),
	// since a token for the server's URL, which Flux requests otherwise, fails the
	// TokenReview behind Capsule Proxy. With SecretRef, the default is the API server's
	// own.
	//
	// +kubebuilder:validation:items:Pattern=`^\S+$`
	Audiences []string `json:"audiences,omitempty"`

	// SecretRef names the Secret, in the account's namespace, that holds the
	// kubeconfig. An empty name is DefaultName of the account, an empty key
	// DefaultKey.
	SecretRef *meta.SecretKeyReference `json:"secretRef,omitempty"`

	// TLSServerName is the name that the server's certificate must have. The default is
	// the URL's host. Only with SecretRef.
	TLSServerName string `json:"tlsServerName,omitempty"`

	// HTTPProxy is the URL (http, https or socks5) of a proxy on the way to
	// the server. Only with SecretRef.
	//
	// +kubebuilder:validation:Pattern=`^(https?|socks5)://[^@]+$`
	HTTPProxy string `json:"httpProxy,omitempty"`
}

// IsZero reports whether no field is set: access by impersonation only.
func (a Access) IsZero() bool {
	return a.Proxy == "" && a.APIServer == "" && a.CA == "" && len(a.Audiences) == 0 &&
		a.SecretRef == nil && a.TLSServerName == "" && a.HTTPProxy == ""
}

// Tokenless reports whether the access uses a ConfigMap rather than a Secret.
func (a Access) Tokenless() bool {
	return !a.IsZero() && a.SecretRef == nil
}

// Server returns the URL that requests are sent to: Proxy or APIServer.
func (a Access) Server() string {
	if a.Proxy != "" {
		return a.Proxy
	}
	return a.APIServer
}

// Reference returns the value of spec.kubeConfig for the account's
// Kustomizations and HelmReleases: the Secret of SecretRef, or else the
// ConfigMap DefaultName(account). For the zero Access it is nil.
func (a Access) Reference(account string) *meta.KubeConfigReference {
	switch {
	case a.IsZero():
		return nil
	case a.SecretRef != nil:
		ref := a.secretRef(account)
		return &meta.KubeConfigReference{SecretRef: &ref}
	}
	return &meta.KubeConfigReference{ConfigMapRef: &meta.LocalObjectReference{Name: DefaultName(account)}}
}

// secretRef returns SecretRef with its defaults filled in.
func (a Access) secretRef(account string) meta.SecretKeyReference {
	var ref meta.SecretKeyReference
	if a.SecretRef != nil {
		ref = *a.SecretRef
	}
	if ref.Name == "" {
		ref.Name = DefaultName(account)
	}
	if ref.Key == "" {
		ref.Key = DefaultKey
	}
	return ref
}

// DefaultName returns the default name of an account's kubeconfig Secret or
// ConfigMap: <account>-kubeconfig.
func DefaultName(account string) string {
	return account + names.KubeconfigSuffix
}
