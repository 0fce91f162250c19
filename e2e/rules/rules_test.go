package rules_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestRules sends rejected objects to the API server, Capsule's webhooks and the
// published policies, and compares their rules with the library's.
func TestRules(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "Flux", fluxRules)
	env.Run(t, "Capsule", capsuleRules)
	env.Run(t, "promotion of owners", forbidPromotion)
	env.Run(t, "platform", platform)
	env.Run(t, "policies", policies)
}
