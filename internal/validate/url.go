package validate

import (
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// URL checks a required URL of one of the schemes, with a host, and without
// credentials: an object is stored in git and shown to its readers, so they belong in
// a Secret.
func URL(path *field.Path, value string, schemes ...string) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	scheme, _, ok := strings.Cut(value, "://")
	if !ok || !slices.Contains(schemes, scheme) {
		return field.ErrorList{field.Invalid(path, Redacted(value), "must start with "+strings.Join(schemes, "://, ")+"://")}
	}
	parsed, err := url.Parse(value)
	if err != nil {
		// url.Error repeats the whole value: only its cause may be printed.
		return field.ErrorList{field.Invalid(path, Redacted(value), "must be a URL")}
	}
	var errs field.ErrorList
	if parsed.Hostname() == "" {
		errs = append(errs, field.Invalid(path, Redacted(value), "must have a host"))
	}
	if HasCredentials(value) {
		errs = append(errs, field.Invalid(path, Redacted(value), "must not carry credentials: keep them in a Secret and refer to it"))
	}
	return errs
}

// HasCredentials reports whether a URL has credentials. The user of an ssh URL
// ("git"), without a password, is not a credential.
func HasCredentials(value string) bool {
	parsed, err := url.Parse(value)
	if err != nil {
		return false
	}
	_, password := parsed.User.Password()
	return password || parsed.User != nil && parsed.Scheme != "ssh"
}

// Redacted is a URL for messages: the part before an "@", which may hold a password or
// a token, and the query are replaced, even in a URL that does not parse. The user git
// stays. With an "@" after a "?" everything but the scheme is replaced.
func Redacted(value string) string {
	scheme, rest, ok := strings.Cut(value, "://")
	if !ok {
		scheme, rest = "", value
	} else {
		scheme += "://"
	}
	address, query, _ := strings.Cut(rest, "?")
	if strings.Contains(query, "@") {
		return scheme + "REDACTED"
	}
	if at := strings.LastIndex(address, "@"); at >= 0 && address[:at] != "git" {
		address = "REDACTED" + address[at:]
	}
	if query != "" {
		address += "?REDACTED"
	}
	return scheme + address
}
