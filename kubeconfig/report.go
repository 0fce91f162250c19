package kubeconfig

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Report says what a kubeconfig Secret or ConfigMap is, as Flux reads it. It
// holds no token and no key.
type Report struct {
	// Tokenless is set for a ConfigMap: Flux requests a token when it needs one.
	Tokenless bool
	// Key is the key of the Secret under which the kubeconfig was found.
	Key string
	// Server is the URL that requests are sent to.
	Server string
	// TLSServerName and HTTPProxy are empty unless the kubeconfig sets them.
	TLSServerName, HTTPProxy string
	// Account is the ServiceAccount that requests are made as, if it is known.
	// For a Secret it is what the token says of itself.
	Account types.NamespacedName
	// Token is what the token says of itself, unverified; nil if there is
	// none, or one that is not a JWT.
	Token *Claims
	// Audiences are those of the token, or those that Flux will request.
	Audiences []string
	// CA are the certificates that vouch for the server. Without any, the
	// controller's own roots do.
	CA []Certificate

	// Refused is what makes Flux fail.
	Refused field.ErrorList
	// Dropped is what Flux ignores without a word.
	Dropped field.ErrorList
	// Warnings is what Flux uses as it is, though its author hardly means it.
	Warnings field.ErrorList
}

// Certificate describes a CA certificate.
type Certificate struct {
	Subject   string    `json:"subject"`
	NotBefore time.Time `json:"notBefore"`
	Expires   Expiry    `json:"expires"`
}

// Expires returns when the first of the token and the CA certificates expires.
func (r Report) Expires() Expiry {
	var first Expiry
	if r.Token != nil {
		first = r.Token.Expires
	}
	for _, cert := range r.CA {
		first = first.Earlier(cert.Expires)
	}
	return first
}

// Problems returns everything that is wrong at the given time, and everything
// that expires within the margin after it: what is refused or dropped, the
// warnings, tokens and certificates that are not valid.
func (r Report) Problems(now time.Time, margin time.Duration) field.ErrorList {
	errs := r.faults()
	add := func(path *field.Path, notBefore time.Time, expires Expiry) {
		switch {
		case now.Before(notBefore):
			errs = append(errs, field.Invalid(path, notBefore.UTC().Format(time.RFC3339), "not valid before"))
		case expires.Before(now):
			errs = append(errs, field.Invalid(path, expires.String(), "has expired"))
		case expires.Before(now.Add(margin)):
			errs = append(errs, field.Invalid(path, expires.String(), "expires within "+margin.String()))
		}
	}
	if r.Token != nil {
		add(field.NewPath("token"), r.Token.NotBefore, r.Token.Expires)
	}
	for i, cert := range r.CA {
		add(field.NewPath("ca").Index(i), cert.NotBefore, cert.Expires)
	}
	return errs
}

// faults returns all that does not depend on the time.
func (r Report) faults() field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, r.Refused...)
	errs = append(errs, r.Dropped...)
	return append(errs, r.Warnings...)
}
