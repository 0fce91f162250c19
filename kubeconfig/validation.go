package kubeconfig

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Validate returns an error for each invalid field, with its path below the
// given one. The zero Access is valid.
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

// validateServer checks the fields that a kubeconfig and a ConfigMap share.
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

// validateAudiences rejects Proxy's own URL too: a token for it fails the
// TokenReview behind Capsule Proxy.
func (a Access) validateAudiences(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, audience := range a.Audiences {
		switch {
		case a.Proxy != "" && strings.TrimRight(audience, "/") == strings.TrimRight(a.Proxy, "/"):
			errs = append(errs, field.Invalid(path.Index(i), validate.Redacted(audience),
				"must not be the URL of Capsule Proxy, whose tokens the API server rejects: name the API server's own audience, by default its --service-account-issuer"))
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

// validateTrust requires a CA if the system's roots cannot certify the server.
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

// validateURL requires https://host[:port], without parts that a client would ignore.
func validateURL(path *field.Path, raw string, mayHavePath bool) field.ErrorList {
	invalid := func(msg string) field.ErrorList {
		return field.ErrorList{field.Invalid(path, validate.Redacted(raw), msg)}
	}
	if !strings.Contains(raw, "://") {
		return invalid("must begin with https://, such as https://capsule-proxy.capsule-system.svc:9001")
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
