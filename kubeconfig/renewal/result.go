package renewal

import (
	"time"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Action is the action on a target, done or, with DryRun, planned.
type Action string

// The actions.
const (
	Unchanged Action = "unchanged" // all was well
	Created   Action = "created"   // there was none
	Updated   Action = "updated"   // renewed, or corrected
)

// Result is the result for a target.
type Result struct {
	Target Target
	// Action is empty if Err is not nil.
	Action Action
	// Reason says why the object was written.
	Reason string
	// Expires is the expiry of the token that is now in place. For a ConfigMap it is
	// never.
	Expires kubeconfig.Expiry
	// Next is the time of the next renewal, by this machine's clock. It is the zero time
	// for a ConfigMap, and after an error.
	Next time.Time
	// Skew is how far the API server's clock was ahead of this machine's when
	// it issued a token, if that was more than a minute. Early renewal makes
	// up for some minutes of it.
	Skew time.Duration
	// Err is the error, if any. The previous object is still in place.
	Err error
}
