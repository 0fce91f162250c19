package audit

import (
	"path"
	"regexp"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/version"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// The controllers of Flux by the names of their images.
const (
	sourceController       = "source-controller"
	kustomizeController    = "kustomize-controller"
	helmController         = "helm-controller"
	notificationController = "notification-controller"
	reflectorController    = "image-reflector-controller"
	automationController   = "image-automation-controller"
)

const workloadIdentityGate = "ObjectLevelWorkloadIdentity"

// installation is Flux's, with what the command lines of its controllers forbid.
type installation struct {
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

func newInstallation(m *model) *installation {
	l := &installation{}
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
	if name, _ := lockdown.Read(d); name != "" {
		return name
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		image, _ := splitImage(c.Image)
		name := path.Base(image)
		if name == "capsule" || name == "capsule-proxy" {
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
	name, flags := lockdown.Read(d)
	if name == "" {
		return controller{}, false
	}
	c := controller{object: o, name: name, flags: flags, account: d.Spec.Template.Spec.ServiceAccountName}
	for _, container := range d.Spec.Template.Spec.Containers {
		if image, tag := splitImage(container.Image); path.Base(image) == name {
			c.version, _ = version.ParseGeneric(tag)
		}
	}
	return c, true
}

func (c controller) has(flag string) bool {
	value := c.flags[flag]
	return value != "" && value != "false"
}

// gate tells whether a feature gate is on; they are all off by default.
func (c controller) gate(name string) bool {
	on := false
	for gate := range strings.SplitSeq(c.flags["feature-gates"], ",") {
		if key, value, _ := strings.Cut(strings.TrimSpace(gate), "="); key == name {
			on = value == "true"
		}
	}
	return on
}

// flag tells whether a flag is set on every controller of the name.
func (l *installation) flag(controller, flag string) state {
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

// The kinds of the Flux Operator.
var (
	fluxInstanceKind = schema.GroupKind{Group: "fluxcd.controlplane.io", Kind: "FluxInstance"}
	resourceSetKind  = schema.GroupKind{Group: "fluxcd.controlplane.io", Kind: "ResourceSet"}
)

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
			for _, match := range flagsIn.FindAllStringSubmatch(patch.Patch, -1) {
				c.flags[match[1]] = orDefault(match[2], "true")
			}
		}
		controllers = append(controllers, c)
	}
	return controllers
}

var flagsIn = regexp.MustCompile(`--([a-z-]+)(?:=([^\s"']+))?`)

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// flagValue is the value of a flag on a command line, the last of several.
func flagValue(args []string, flag string) string {
	value := ""
	for i, arg := range args {
		if rest, ok := strings.CutPrefix(arg, "--"+flag+"="); ok {
			value = rest
		} else if arg == "--"+flag && i+1 < len(args) {
			value = args[i+1]
		}
	}
	return value
}

func fields(list string) []string { return strings.Fields(list) }
