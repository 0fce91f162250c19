package renewal

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// A token is renewed when between 60 and 70 % of its lifetime have passed. That
// leaves time to retry a failed renewal, and for clocks that disagree by minutes.
const (
	dueFrom = 0.6
	dueTo   = 0.7
)

// Due is the Reason for a renewal at its regular time.
const Due = "the token is due for renewal"

// tolerance is the difference of clocks that is not reported.
const tolerance = time.Minute

// dueAfter returns the age at which a token is renewed. The jitter keeps the tokens
// of many tenants, all issued at once, from being renewed at once. It is derived from
// the token, so that every reader of the token computes the same.
func dueAfter(claims kubeconfig.Claims) time.Duration {
	lifetime := claims.Expires.Time().Sub(claims.IssuedAt)
	h := fnv.New32a()
	fmt.Fprint(h, claims.Subject, claims.IssuedAt.UnixNano())
	jitter := float64(h.Sum32()) / (1 << 32)
	return time.Duration((dueFrom + (dueTo-dueFrom)*jitter) * float64(lifetime))
}

// next returns when a token issued at the given time, by this machine's clock,
// is to be renewed: the zero time if it never expires.
func next(claims kubeconfig.Claims, issued time.Time) time.Time {
	if claims.Expires.Never() {
		return time.Time{}
	}
	return issued.Add(dueAfter(claims))
}

// due returns why a token has to be renewed now, or "".
func due(claims kubeconfig.Claims, lifetime time.Duration, now time.Time) string {
	switch granted := claims.Expires.Time().Sub(claims.IssuedAt); {
	case claims.Expires.Never():
		return "the token never expires"
	case claims.Expires.Before(now):
		return "the token has expired"
	case claims.IssuedAt.IsZero():
		return "the token does not say when it was issued"
	case claims.IssuedAt.After(now.Add(tolerance)):
		return "the token was issued in the future: the clocks disagree"
	case now.Sub(claims.IssuedAt) >= dueAfter(claims):
		return Due
	case granted > lifetime+tolerance:
		return "the token lives longer than asked for"
	}
	return ""
}
