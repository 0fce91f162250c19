package kubeconfig

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// DefaultKey is the Secret key under which a kubeconfig is kept unless another
// is named. The 2022 generator and capsule-addon-fluxcd use the same. Flux
// looks for "value" by itself, so a reference always names its key.
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
type Access struct {
	// Proxy is the URL of Capsule Proxy, such as
	// https://capsule-proxy.capsule-system.svc:9001: scheme https, a host,
	// an optional port (default 443), nothing after it. The certificate that
	// Capsule Proxy's chart makes holds the name <release>.<namespace>.svc,
	// not the one that ends in .svc.cluster.local.
	Proxy string `json:"proxy,omitempty"`

	// APIServer is the URL of the API server itself, in place of Proxy. With
	// it a tenant cannot list its own namespaces. A path is allowed only with
	// SecretRef, since Flux drops it otherwise.
	APIServer string `json:"apiServer,omitempty"`

	// CA holds the certificates that vouch for the server, PEM. Without it
	// the system's own are trusted, so it is required for a server whose name
	// no public authority certifies: an IP address, a name without dots, a
	// name under .svc, .local or .internal. With SecretRef it may be left to
	// whoever writes the Secret.
	CA string `json:"ca,omitempty"`

	// Audiences are what the account's token is good for. Tokenless access
	// requires them: the API server's own audience (--api-audiences, by
	// default its --service-account-issuer, often
	// https://kubernetes.default.svc.cluster.local), since a token for the
	// server's URL, which Flux requests otherwise, fails the TokenReview
	// behind Capsule Proxy. With SecretRef none means the API server's own.
	Audiences []string `json:"audiences,omitempty"`

	// SecretRef names the Secret, in the account's namespace, that holds the
	// kubeconfig. An empty name is DefaultName of the account, an empty key
	// DefaultKey.
	SecretRef *meta.SecretKeyReference `json:"secretRef,omitempty"`

	// TLSServerName is the name that the server's certificate is checked
	// against, by default the URL's host. Only with SecretRef.
	TLSServerName string `json:"tlsServerName,omitempty"`

	// HTTPProxy is the URL (http, https or socks5) of a proxy on the way to
	// the server. Only with SecretRef.
	HTTPProxy string `json:"httpProxy,omitempty"`
}

// IsZero reports whether no field is set: access by impersonation only.
func (a Access) IsZero() bool {
	return a.Proxy == "" && a.APIServer == "" && a.CA == "" && len(a.Audiences) == 0 &&
		a.SecretRef == nil && a.TLSServerName == "" && a.HTTPProxy == ""
}

// Tokenless reports whether the access takes a ConfigMap rather than a Secret.
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

// Reference returns what spec.kubeConfig of the account's Kustomizations and
// HelmReleases has to be: the Secret of SecretRef, else the ConfigMap with
// DefaultName of the account, else, for the zero Access, nil.
func (a Access) Reference(account string) *meta.KubeConfigReference {
	if a.IsZero() {
		return nil
	}
	ref := ConfigMapRef(DefaultName(account))
	if a.SecretRef != nil {
		s := a.secretRef(account)
		ref = SecretRef(s.Name, s.Key)
	}
	return &ref
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

// DefaultName is the name of an account's kubeconfig Secret or ConfigMap
// unless another is given: the account's own with "-kubeconfig" behind it.
func DefaultName(account string) string {
	return account + "-kubeconfig"
}

// ConfigMapRef returns a reference to a ConfigMap for tokenless access.
func ConfigMapRef(name string) meta.KubeConfigReference {
	return meta.KubeConfigReference{ConfigMapRef: &meta.LocalObjectReference{Name: name}}
}

// SecretRef returns a reference to the kubeconfig under a key of a Secret. An
// empty key is DefaultKey.
func SecretRef(name, key string) meta.KubeConfigReference {
	if key == "" {
		key = DefaultKey
	}
	return meta.KubeConfigReference{SecretRef: &meta.SecretKeyReference{Name: name, Key: key}}
}

// Validate returns every invalid field, each with its path below the given
// one. The zero Access is valid.
func (a Access) Validate(path *field.Path) field.ErrorList {
	if a.IsZero() {
		return nil
	}
	errs := a.validateServer(path)
	errs = append(errs, a.validateAudiences(path.Child("audiences"))...)
	if a.Tokenless() {
		return append(errs, a.validateTokenless(path)...)
	}
	ref := a.secretRef("account")
	for _, msg := range validation.IsDNS1123Subdomain(ref.Name) {
		errs = append(errs, field.Invalid(path.Child("secretRef", "name"), ref.Name, msg))
	}
	for _, msg := range validation.IsConfigMapKey(ref.Key) {
		errs = append(errs, field.Invalid(path.Child("secretRef", "key"), ref.Key, msg))
	}
	return errs
}

// validateServer checks what a kubeconfig and a ConfigMap have in common.
func (a Access) validateServer(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	switch {
	case a.Proxy == "" && a.APIServer == "":
		errs = append(errs, field.Required(path.Child("proxy"), "the URL of Capsule Proxy, or that of the API server in apiServer"))
	case a.Proxy != "" && a.APIServer != "":
		errs = append(errs, field.Forbidden(path.Child("apiServer"), "may not be set together with proxy"))
	}
	if a.Proxy != "" {
		errs = append(errs, validateURL(path.Child("proxy"), a.Proxy, false)...)
	}
	if a.APIServer != "" {
		errs = append(errs, validateURL(path.Child("apiServer"), a.APIServer, true)...)
	}
	if a.CA != "" {
		if _, err := certificates([]byte(a.CA)); err != nil {
			errs = append(errs, field.Invalid(path.Child("ca"), field.OmitValueType{}, err.Error()))
		}
	}
	if a.TLSServerName != "" {
		for _, msg := range validateHost(a.TLSServerName) {
			errs = append(errs, field.Invalid(path.Child("tlsServerName"), a.TLSServerName, msg))
		}
	}
	if a.HTTPProxy != "" {
		errs = append(errs, validateHTTPProxy(path.Child("httpProxy"), a.HTTPProxy)...)
	}
	return errs
}

func (a Access) validateAudiences(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, audience := range a.Audiences {
		switch {
		case audience == "":
			errs = append(errs, field.Required(path.Index(i), ""))
		case strings.ContainsFunc(audience, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
			errs = append(errs, field.Invalid(path.Index(i), audience, "must not contain white space"))
		case slices.Index(a.Audiences, audience) < i:
			errs = append(errs, field.Duplicate(path.Index(i), audience))
		}
	}
	return errs
}

func (a Access) validateTokenless(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if len(a.Audiences) == 0 {
		errs = append(errs, field.Required(path.Child("audiences"),
			"the API server's own audience, by default its --service-account-issuer: without it Flux requests a token for the server's URL, which the API server does not accept"))
	}
	if a.TLSServerName != "" {
		errs = append(errs, field.Forbidden(path.Child("tlsServerName"), "only a kubeconfig in a Secret can hold it: set secretRef"))
	}
	if a.HTTPProxy != "" {
		errs = append(errs, field.Forbidden(path.Child("httpProxy"), "only a kubeconfig in a Secret can hold it: set secretRef"))
	}
	u, err := url.Parse(a.Server())
	if err != nil {
		return errs // reported by validateServer
	}
	if a.APIServer != "" && u.Path != "" {
		errs = append(errs, field.Invalid(path.Child("apiServer"), validate.Redacted(a.APIServer), "must not have a path without secretRef: Flux drops it"))
	}
	return append(errs, a.validateTrust(path)...)
}

// validateTrust asks for a CA where the system's roots cannot do.
func (a Access) validateTrust(path *field.Path) field.ErrorList {
	name := a.TLSServerName
	if u, err := url.Parse(a.Server()); name == "" && err == nil {
		name = u.Hostname()
	}
	if a.CA != "" || name == "" || !isPrivateHost(name) {
		return nil
	}
	return field.ErrorList{field.Required(path.Child("ca"), "no public authority certifies "+strconv.Quote(name))}
}

// validateURL asks for https://host[:port], and for nothing that a client
// would drop without a word.
func validateURL(path *field.Path, raw string, mayHavePath bool) field.ErrorList {
	invalid := func(msg string) field.ErrorList {
		return field.ErrorList{field.Invalid(path, validate.Redacted(raw), msg)}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return invalid("must be a URL, such as https://capsule-proxy.capsule-system.svc:9001")
	}
	if !strings.HasPrefix(raw, "https://") {
		return invalid("must begin with https://")
	}
	if u.User != nil {
		return invalid("must not contain a user name or password")
	}
	var errs field.ErrorList
	for _, msg := range validateHost(u.Hostname()) {
		errs = append(errs, invalid("host: "+msg)...)
	}
	if port := u.Port(); port != "" || strings.HasSuffix(u.Host, ":") {
		n, _ := strconv.Atoi(port)
		for _, msg := range validation.IsValidPortNum(n) {
			errs = append(errs, invalid("port: "+msg)...)
		}
	}
	rest := strings.TrimPrefix(raw, "https://"+u.Host)
	if mayHavePath {
		rest = strings.TrimPrefix(rest, u.EscapedPath())
	}
	if rest != "" {
		errs = append(errs, invalid("must end after the host and port, not with "+strconv.Quote(rest))...)
	}
	return errs
}

func validateHTTPProxy(path *field.Path, raw string) field.ErrorList {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return field.ErrorList{field.Invalid(path, validate.Redacted(raw), "must be a URL, such as http://proxy.example.com:3128")}
	case u.User != nil:
		return field.ErrorList{field.Invalid(path, validate.Redacted(raw), "must not contain a user name or password")}
	case u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5":
		return field.ErrorList{field.NotSupported(path.Key("scheme"), u.Scheme, []string{"http", "https", "socks5"})}
	}
	return nil
}

func validateHost(host string) []string {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	return validation.IsDNS1123Subdomain(strings.ToLower(host))
}

// isPrivateHost reports whether a public certificate authority would refuse to
// certify the host.
func isPrivateHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.ToLower(host)
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".svc") ||
		strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal")
}
