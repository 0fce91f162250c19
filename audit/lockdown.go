package audit

import (
	"path"
	"regexp"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/yaml"
)

// The controllers of Flux by the names of their images.
const (
	sourceController       = "source-controller"
	kustomizeController    = "kustomize-controller"
	helmController         = "helm-controller"
	notificationController = "notification-controller"
	reflectorController    = "image-reflector-controller"
	automationController   = "image-automation-controller"
	sourceWatcher          = "source-watcher"
)

var fluxControllers = []string{
	sourceController, kustomizeController, helmController, notificationController,
	reflectorController, automationController, sourceWatcher,
}

const workloadIdentityGate = "ObjectLevelWorkloadIdentity"

// lockdown is what the command lines of Flux's controllers forbid.
type lockdown struct {
	controllers []controller
}

// A controller is one Deployment of a Flux controller, or one that a
// FluxInstance makes.
type controller struct {
	object  *object
	name    string
	flags   map[string]string
	version *version.Version // nil if the image does not say
	account string           // it runs as
}

// state of a protection: on, off, or nobody can tell.
type state int

const (
	unknownState state = iota
	offState
	onState
)

func newLockdown(m *model) *lockdown {
	l := &lockdown{}
	for _, d := range m.deployments {
		if c, ok := readController(d.object, d.is); ok {
			l.controllers = append(l.controllers, c)
		}
	}
	for _, o := range m.objects {
		if o.gk == fluxInstanceKind && o.raw != nil {
			l.controllers = append(l.controllers, readFluxInstance(o)...)
		}
	}
	return l
}

// component names the Flux or Capsule program that a Deployment runs.
func component(d *appsv1.Deployment) string {
	for _, c := range d.Spec.Template.Spec.Containers {
		image, _ := splitImage(c.Image)
		name := path.Base(image)
		if slices.Contains(fluxControllers, name) || name == "capsule" || name == "capsule-proxy" {
			return name
		}
	}
	return ""
}

// splitImage parts an image from its tag; a digest is left out.
func splitImage(image string) (name, tag string) {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[:i], image[i+1:]
	}
	return image, ""
}

func readController(o *object, d *appsv1.Deployment) (controller, bool) {
	for _, container := range d.Spec.Template.Spec.Containers {
		image, tag := splitImage(container.Image)
		name := path.Base(image)
		if !slices.Contains(fluxControllers, name) {
			continue
		}
		v, _ := version.ParseGeneric(tag)
		return controller{
			object:  o,
			name:    name,
			flags:   readFlags(slices.Concat(container.Command, container.Args)),
			version: v,
			account: d.Spec.Template.Spec.ServiceAccountName,
		}, true
	}
	return controller{}, false
}

// readFlags reads a command line as pflag does. The last of two wins.
func readFlags(args []string) map[string]string {
	flags := map[string]string{}
	for i := 0; i < len(args); i++ {
		name, ok := strings.CutPrefix(args[i], "--")
		if !ok {
			continue
		}
		name, value, assigned := strings.Cut(name, "=")
		switch {
		case assigned:
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "-") && !slices.Contains(switches, name):
			i++
			value = args[i]
		default:
			value = "true"
		}
		flags[name] = value
	}
	return flags
}

// switches are the flags that need no value.
var switches = []string{"no-cross-namespace-refs", "no-remote-bases", "insecure-kubeconfig-exec", "insecure-kubeconfig-tls", "watch-all-namespaces", "enable-leader-election"}

func (c controller) has(flag string) bool {
	value := c.flags[flag]
	return value != "" && value != "false"
}

// gate tells whether a feature gate is on; they are all off by default.
func (c controller) gate(name string) bool {
	for gate := range strings.SplitSeq(c.flags["feature-gates"], ",") {
		if strings.TrimSpace(gate) == name+"=true" {
			return true
		}
	}
	return false
}

// flag tells whether a flag is set on every controller of the name.
func (l *lockdown) flag(controller, flag string) state {
	result := unknownState
	for _, c := range l.controllers {
		switch {
		case c.name != controller:
		case !c.has(flag):
			return offState
		default:
			result = onState
		}
	}
	return result
}

var fluxInstanceKind = schema.GroupKind{Group: "fluxcd.controlplane.io", Kind: "FluxInstance"}

// readFluxInstance reads what the Flux Operator makes of a FluxInstance. Of its
// patches only the flags that they mention are seen.
func readFluxInstance(o *object) []controller {
	var instance struct {
		Spec struct {
			Components []string
			Cluster    struct {
				Multitenant                           bool
				MultitenantWorkloadIdentity           bool
				ObjectLevelWorkloadIdentity           bool
				TenantDefaultServiceAccount           string
				TenantDefaultDecryptionServiceAccount string
				TenantDefaultKubeConfigServiceAccount string
			}
			Kustomize struct {
				Patches []struct {
					Patch  string
					Target struct{ Kind, Name string }
				}
			}
		}
	}
	text, err := yaml.Marshal(o.raw)
	if err != nil || yaml.Unmarshal(text, &instance) != nil {
		return nil
	}
	cluster := instance.Spec.Cluster
	components := instance.Spec.Components
	if len(components) == 0 {
		components = []string{sourceController, kustomizeController, helmController, notificationController}
	}
	var controllers []controller
	for _, name := range components {
		c := controller{object: o, name: name, flags: map[string]string{}, account: name}
		applies := name == kustomizeController || name == helmController
		if cluster.Multitenant {
			c.flags["no-cross-namespace-refs"] = "true"
			if applies {
				c.flags["default-service-account"] = orDefault(cluster.TenantDefaultServiceAccount, "default")
			}
			if name == kustomizeController {
				c.flags["no-remote-bases"] = "true"
			}
		}
		if cluster.ObjectLevelWorkloadIdentity {
			c.flags["feature-gates"] = workloadIdentityGate + "=true"
		}
		if cluster.MultitenantWorkloadIdentity {
			if applies {
				c.flags["default-kubeconfig-service-account"] = orDefault(cluster.TenantDefaultKubeConfigServiceAccount, "default")
			} else {
				c.flags["default-service-account"] = orDefault(cluster.TenantDefaultServiceAccount, "default")
			}
			if name == kustomizeController {
				c.flags["default-decryption-service-account"] = orDefault(cluster.TenantDefaultDecryptionServiceAccount, "default")
			}
		}
		for _, patch := range instance.Spec.Kustomize.Patches {
			if target, err := regexp.Compile("^(" + patch.Target.Name + ")$"); err != nil || patch.Target.Name != "" && !target.MatchString(name) {
				continue
			}
			for flag, value := range readFlags(flagsIn.FindAllString(patch.Patch, -1)) {
				c.flags[flag] = value
			}
		}
		controllers = append(controllers, c)
	}
	return controllers
}

var flagsIn = regexp.MustCompile(`--[a-z-]+(=[^\s"']+)?`)

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func fields(list string) []string { return strings.Fields(list) }
