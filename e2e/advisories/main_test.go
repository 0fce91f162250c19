package advisories

import (
	"os"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
)

// cluster is what the tests share.
var cluster *controlplane.ControlPlane

func TestMain(m *testing.M) {
	os.Exit(controlplane.MainOldCapsule(func(cp *controlplane.ControlPlane) (int, error) {
		cluster = cp
		return m.Run(), nil
	}))
}
