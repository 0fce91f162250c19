package lockdown

import appsv1 "k8s.io/api/apps/v1"

// Read returns which of Flux's controllers a Deployment runs, and the flags of its
// command line without their dashes, as the controller reads them: the last of
// several counts, and feature gates add up. The controller is empty for any other
// Deployment.
func Read(deployment *appsv1.Deployment) (controller string, flags map[string]string) {
	controller = controllerOf(deployment)
	if controller == "" {
		return "", nil
	}
	return controller, arguments(commandLine(deployment, controller))
}
