package rules_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// TestRules installs the CRDs of Flux's kinds whose controllers do not run here,
// and asks.
func TestRules(t *testing.T) {
	env := harness.Start(t)
	env.Run(t, "Flux", fluxRules)
	env.Run(t, "Capsule", capsuleRules)
	env.Run(t, "promotion of owners", forbidPromotion)
	env.Run(t, "platform", platform)
	env.Run(t, "policies", policies)
}
