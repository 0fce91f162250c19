package fluxcmd

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// Flux's controllers, by the names of their Deployments and images.
const (
	Source          = "source-controller"
	Kustomize       = "kustomize-controller"
	Helm            = "helm-controller"
	Notification    = "notification-controller"
	ImageReflector  = "image-reflector-controller"
	ImageAutomation = "image-automation-controller"
	SourceWatcher   = "source-watcher"
)

// Controllers returns the names of all controllers.
func Controllers() []string {
	return []string{Source, Kustomize, Helm, Notification, ImageReflector, ImageAutomation, SourceWatcher}
}

// A Controller is one of Flux's controllers as a Deployment starts it.
type Controller struct {
	// Name is the controller's name, also for a shard's copy.
	Name string

	// Image is the image of the container, with its tag.
	Image string

	// Flags are the flags of the command line, with references to variables expanded if
	// the Deployment has their values.
	Flags Flags

	// Env is the environment.
	Env Env
}

// Read returns the controller that a Deployment runs, and false if it runs none
// of Flux's. A controller is known by the Deployment's name, by Flux's label or
// by an image.
func Read(deployment *appsv1.Deployment) (Controller, bool) {
	name := controllerOf(deployment)
	if name == "" {
		return Controller{}, false
	}
	c := Controller{Name: name, Flags: Flags{}, Env: Env{}}
	container, ok := containerOf(deployment, name)
	if !ok {
		return c, true
	}
	c.Image = container.Image
	c.Env = readEnv(container.Env, nil)
	c.Flags = Parse(c.Env.arguments(container))
	return c, true
}

// Process returns the arguments and the environment, as NAME=value, with which the
// kubelet starts the controller of a Deployment. known has the variables that only
// the kubelet knows, such as POD_IP and KUBERNETES_SERVICE_HOST; other variables from
// a field or a Secret are left out.
func Process(deployment *appsv1.Deployment, known map[string]string) (args, environment []string) {
	container, _ := containerOf(deployment, controllerOf(deployment))
	env := readEnv(container.Env, known)
	for name, v := range env {
		if v.ValueFrom == nil {
			environment = append(environment, name+"="+v.Value)
		}
	}
	slices.Sort(environment)
	return env.arguments(container), environment
}

// arguments are the command line of a container, with references expanded.
func (e Env) arguments(container corev1.Container) []string {
	var args []string
	for _, arg := range slices.Concat(container.Command, container.Args) {
		args = append(args, e.Expand(arg))
	}
	return args
}

func controllerOf(deployment *appsv1.Deployment) string {
	for _, controller := range Controllers() {
		labelled := deployment.Labels["app.kubernetes.io/component"] == controller
		named := deployment.Name == controller || strings.HasPrefix(deployment.Name, controller+"-")
		runsIt := slices.ContainsFunc(deployment.Spec.Template.Spec.Containers, func(c corev1.Container) bool {
			return runs(c, controller)
		})
		if named || labelled || runsIt {
			return controller
		}
	}
	return ""
}

// containerOf returns the container of the controller, which may run beside
// sidecars.
func containerOf(deployment *appsv1.Deployment, controller string) (corev1.Container, bool) {
	containers := deployment.Spec.Template.Spec.Containers
	at := slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == "manager" })
	if at < 0 {
		at = slices.IndexFunc(containers, func(c corev1.Container) bool { return runs(c, controller) })
	}
	if at < 0 {
		return corev1.Container{}, false
	}
	return containers[at], true
}

// runs reports whether the container has the controller's image.
func runs(container corev1.Container, controller string) bool {
	image, _, _ := strings.Cut(container.Image, "@")
	image = image[strings.LastIndex(image, "/")+1:]
	image, _, _ = strings.Cut(image, ":")
	return image == controller
}
