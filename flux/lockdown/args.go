package lockdown

import (
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
)

// booleans are the controllers' flags that take no argument of their own: in
// "--enable-leader-election --x", --x is a flag again.
var booleans = []string{
	"no-cross-namespace-refs", "no-remote-bases", "insecure-kubeconfig-exec", "insecure-kubeconfig-tls",
	"watch-all-namespaces", "enable-leader-election", "leader-election-release-on-cancel",
}

// arguments are the flags of a command line, as the controllers' flag library
// (spf13/pflag) reads them: the last of several counts, except that feature
// gates add up.
func arguments(args []string) map[string]string {
	given := map[string]string{}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "--" {
			break
		}
		name, isFlag := strings.CutPrefix(arg, "--")
		if !isFlag {
			continue
		}
		name, value, hasValue := strings.Cut(name, "=")
		switch {
		case hasValue:
		case slices.Contains(booleans, name):
			value = "true"
		case len(args) > 0 && !strings.HasPrefix(args[0], "--"):
			value, args = args[0], args[1:]
		}
		if name == featureGates && given[name] != "" {
			value = given[name] + "," + value
		}
		given[name] = value
	}
	return given
}

// gate is the last value given to a feature gate.
func gate(gates, name string) string {
	var last string
	for pair := range strings.SplitSeq(gates, ",") {
		if key, value, ok := strings.Cut(pair, "="); ok && strings.TrimSpace(key) == name {
			last = strings.TrimSpace(value)
		}
	}
	return last
}

// sameValue compares as the flag's type would: "1" is true.
func sameValue(a, b string) bool {
	if a == b {
		return true
	}
	boolA, errA := strconv.ParseBool(a)
	boolB, errB := strconv.ParseBool(b)
	return errA == nil && errB == nil && boolA == boolB
}

// commandLine is that of the controller, which may run beside sidecars.
func commandLine(deployment *appsv1.Deployment, controller string) []string {
	containers := deployment.Spec.Template.Spec.Containers
	at := slices.IndexFunc(containers, func(c corev1.Container) bool { return c.Name == "manager" })
	if at < 0 {
		at = slices.IndexFunc(containers, func(c corev1.Container) bool { return runs(c, controller) })
	}
	if at < 0 {
		return nil
	}
	return slices.Concat(containers[at].Command, containers[at].Args)
}

// runs tells whether the image of the container is that of the controller.
func runs(container corev1.Container, controller string) bool {
	image, _, _ := strings.Cut(container.Image, "@")
	image = image[strings.LastIndex(image, "/")+1:]
	image, _, _ = strings.Cut(image, ":")
	return image == controller
}
