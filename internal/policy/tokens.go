package policy

import "github.com/fluxcapsule/fluxcapsule/internal/names"

// tokens keeps tokens that never expire out of a home namespace: a Secret of this
// type gets one of any account there, the reconciler's included.
func tokens(spec Spec) Policy {
	p := newPolicy("fluxcapsule-home-tokens", writes("", "secrets"))
	p.exempt(spec)
	p.refuse("object.?type.orValue('') != 'kubernetes.io/service-account-token'",
		"type: a token of an account in a home namespace never expires: ask for one that does (kubectl create token)")
	return p.bind(names.TenantLabel)
}
