package renewal

import (
	"time"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Action is what was done about a target, or, with DryRun, would be.
type Action string

const (
	Unchanged Action = "unchanged" // all was well
	Created   Action = "created"   // there was none
	Updated   Action = "updated"   // renewed, or corrected
)

// Result says what was done about a target.
type Result struct {
	Target Target
	// Action is empty if Err is not nil.
	Action Action
	// Reason says why something was written.
	Reason string
	// Expires is when the token that is in place now expires. It is never for
	// a ConfigMap.
	Expires kubeconfig.Expiry
	// Next is when the token is to be renewed, by this machine's clock. It is
	// the zero time for a ConfigMap, and after an error.
	Next time.Time
	// Skew is how far the API server's clock was ahead of this machine's when
	// it issued a token, if that was more than a minute. Early renewal makes
	// up for some minutes of it.
	Skew time.Duration
	// Err is the error, if any. What was in place before still is.
	Err error
}
