package kubeconfig

import (
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Report describes a kubeconfig Secret or ConfigMap as Flux reads it. It holds no
// token and no key.
type Report struct {
	// Tokenless is set for a ConfigMap: Flux requests a token when it needs one.
	Tokenless bool
	// Key is the key of the Secret under which the kubeconfig was found.
	Key string
	// Server is the URL that requests are sent to.
	Server string
	// TLSServerName and HTTPProxy are empty unless the kubeconfig sets them.
	TLSServerName, HTTPProxy string
	// Account is the ServiceAccount of the requests, if it is known. For a Secret it is
	// the token's claim.
	Account types.NamespacedName
	// Token has the token's unverified claims; nil if there is no token or it is not a
	// JWT.
	Token *Claims
	// Audiences are the token's audiences, or those that Flux will request.
	Audiences []string
	// CA are the server's CA certificates. If there are none, the controller's own roots
	// are used.
	CA []Certificate

	// Refused lists faults that make Flux fail.
	Refused field.ErrorList
	// Dropped lists fields that Flux ignores.
	Dropped field.ErrorList
	// Warnings lists fields that Flux uses but that are probably a mistake.
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

// Problems returns every problem at the given time: what is refused or dropped, the
// warnings, and tokens and certificates that are not valid or expire within the
// margin.
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

// faults returns the problems that do not depend on the time.
func (r Report) faults() field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, r.Refused...)
	errs = append(errs, r.Dropped...)
	return append(errs, r.Warnings...)
}
