package model

import (
	"path"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// WorkloadIdentityGate is the feature gate that lets objects name the account
// whose cloud identity is taken.
const WorkloadIdentityGate = "ObjectLevelWorkloadIdentity"

// Flux is the installation of Flux: its controllers, with what their command
// lines forbid.
type Flux struct {
	Controllers []Controller
}

// A Controller is one Deployment of a Flux controller, or one that a
// FluxInstance makes.
type Controller struct {
	Object  *Object
	Name    string
	Flags   fluxcmd.Flags
	Env     fluxcmd.Env
	Version *version.Version // nil if the image does not say
	Account string           // the ServiceAccount of its pods

	// PodLabels are those of its pods; nil for one that a FluxInstance makes.
	PodLabels labels.Set
}

func newFlux(set *Set) *Flux {
	f := &Flux{}
	for o, d := range All[*appsv1.Deployment](set) {
		if c, ok := readController(o, d); ok {
			f.Controllers = append(f.Controllers, c)
		}
	}
	for _, o := range set.Objects {
		if o.GroupKind == FluxInstanceKind && o.Raw != nil {
			f.Controllers = append(f.Controllers, readFluxInstance(o)...)
		}
	}
	return f
}

func readController(o *Object, d *appsv1.Deployment) (Controller, bool) {
	read, ok := fluxcmd.Read(d)
	if !ok {
		return Controller{}, false
	}
	_, tag := splitImage(read.Image)
	c := Controller{Object: o, Name: read.Name, Flags: read.Flags, Env: read.Env, Account: d.Spec.Template.Spec.ServiceAccountName, PodLabels: d.Spec.Template.Labels}
	c.Version, _ = version.ParseGeneric(tag)
	return c, true
}

// Has reports whether a flag is set, and not to false.
func (c Controller) Has(flag string) bool {
	value := c.Flags[flag]
	return value != "" && value != "false"
}

// Gate reports whether a feature gate is on; they are all off by default.
func (c Controller) Gate(name string) bool {
	on, _ := c.Flags.Gate(name)
	return on
}

// Before reports whether the controller is older than that.
func (c Controller) Before(text string) bool {
	return c.Version != nil && c.Version.LessThan(version.MustParseGeneric(text))
}

// Args returns the field of the command line.
func (c Controller) Args() string {
	if c.Object.GroupKind == FluxInstanceKind {
		return "spec.cluster"
	}
	return ArgsField
}

// ArgsField is the command line of a Deployment's first container.
const ArgsField = "spec.template.spec.containers[0].args"

// A State is the state of a protection: on, off, or unknown from the set.
type State int

// The states of a protection.
const (
	UnknownState State = iota
	OffState
	OnState
)

// Flag returns whether a flag is set on every controller of the name.
func (f *Flux) Flag(controller, flag string) State {
	result := UnknownState
	for _, c := range f.Controllers {
		switch {
		case c.Name != controller:
		case !c.Has(flag):
			return OffState
		default:
			result = OnState
		}
	}
	return result
}

// ActsAs returns the account that Flux acts as for an object, or "" if that is
// the controller's own. Known is false where the controller's flags are needed to
// tell and are not in the set.
func (f *Flux) ActsAs(a Applier) (account string, known bool) {
	if a.Account != "" {
		return a.Account, true
	}
	const flag = "default-service-account"
	for _, c := range f.Controllers {
		if c.Name != a.Controller {
			continue
		}
		if !c.Has(flag) {
			return "", true
		}
		account, known = c.Flags[flag], true
	}
	return account, known
}

// ProgramOf returns the name of the Flux or Capsule program that a Deployment
// runs; empty for any other.
func ProgramOf(d *appsv1.Deployment) string {
	if controller, ok := fluxcmd.Read(d); ok {
		return controller.Name
	}
	for _, c := range d.Spec.Template.Spec.Containers {
		image, _ := splitImage(c.Image)
		if name := path.Base(image); name == "capsule" || name == "capsule-proxy" {
			return name
		}
	}
	return ""
}
