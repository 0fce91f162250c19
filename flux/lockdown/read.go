package lockdown

import (
	appsv1 "k8s.io/api/apps/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// Read returns which of Flux's controllers a Deployment runs, and its flags. The
// controller is empty for any other Deployment.
//
// Deprecated: package audit reads command lines with internal/fluxcmd.
func Read(deployment *appsv1.Deployment) (controller string, flags map[string]string) {
	c, _ := fluxcmd.Read(deployment)
	return c.Name, c.Flags
}
