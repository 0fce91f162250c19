package kubeconfig

import (
	"encoding/json"
	"time"
)

// Expiry is the end of something's validity. The zero Expiry is never.
type Expiry struct{ at time.Time }

// ExpiryAt returns the Expiry of something that is valid until then. The zero
// time is never.
func ExpiryAt(t time.Time) Expiry { return Expiry{t} }

// Never reports whether e never expires.
func (e Expiry) Never() bool { return e.at.IsZero() }

// Time returns the time of expiry, or the zero time for never.
func (e Expiry) Time() time.Time { return e.at }

// Before reports whether e is before t. It is false if e never expires.
func (e Expiry) Before(t time.Time) bool { return !e.Never() && e.at.Before(t) }

// Earlier returns the earlier of the two.
func (e Expiry) Earlier(other Expiry) Expiry {
	if e.Never() || other.Before(e.at) {
		return other
	}
	return e
}

// String returns the time as RFC 3339 in UTC, or "never".
func (e Expiry) String() string {
	if e.Never() {
		return "never"
	}
	return e.at.UTC().Format(time.RFC3339)
}

// MarshalJSON writes an RFC 3339 string, or null for never.
func (e Expiry) MarshalJSON() ([]byte, error) {
	if e.Never() {
		return []byte("null"), nil
	}
	return json.Marshal(e.String())
}
