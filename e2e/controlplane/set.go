package controlplane

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// SetVar names the environment variable that says which [Set] of versions [Start]
// starts, one of [Sets]; "pinned" if empty.
const SetVar = "FLUXCAPSULE_SET"

// Sets are the names of the sets of versions.
var Sets = []string{"oldest", "oldest-capsule", "pinned", "newest"}

// A Set is the versions of everything on a control plane. Those of Flux and Capsule
// come from package versions.
type Set struct {
	Name string

	// Flux and Capsule are minor versions, as the library takes them.
	Flux, Capsule string

	etcd, kubernetes, capsule, gatewayAPI component
	source, kustomize, helm               component
	manifests                             component   // of Flux's own module
	further                               []component // the other controllers of Flux, if they run
	crds                                  []component // of those that do not run
}

// ChosenSet returns the set that [SetVar] names.
func ChosenSet() (Set, error) { return NewSet(os.Getenv(SetVar)) }

// NewSet returns a set by its name, the pinned one by default. The oldest and the
// newest are those of which the controllers can be built; "oldest-capsule" has the
// pinned Flux.
func NewSet(name string) (Set, error) {
	s := Set{
		Name: cmp.Or(name, "pinned"),
		etcd: newEtcd("v3.6.8"), kubernetes: newKubernetes("v1.36.3"), gatewayAPI: gatewayAPI,
	}
	fluxes, capsules := runnable(), versions.Of(versions.Capsule)
	switch s.Name {
	case "oldest":
		s.Flux, s.Capsule = fluxes[0], capsules[0]
	case "oldest-capsule":
		s.Flux, s.Capsule = versions.Pinned(versions.Flux), capsules[0]
	case "pinned":
		s.Flux, s.Capsule = versions.Pinned(versions.Flux), versions.Pinned(versions.Capsule)
	case "newest":
		s.Flux, s.Capsule = fluxes[len(fluxes)-1], capsules[len(capsules)-1]
	default:
		return Set{}, fmt.Errorf("there is no set %q of versions: %s", name, strings.Join(Sets, ", "))
	}
	capsule, _ := versions.Get(versions.Capsule, s.Capsule)
	_, version, _ := strings.Cut(capsule.Modules[0], "@")
	s.capsule = newCapsule(version)
	return s, s.addFlux()
}

// WithFurther returns the set with the controllers of notifications and images running,
// too, which most tests do not need.
func (s Set) WithFurther() Set {
	for _, c := range s.crds {
		s.further = append(s.further, newController(c.Module, c.Version))
	}
	s.crds = nil
	return s
}

// runnable are the versions of Flux of which the controllers can be built, the oldest
// first.
func runnable() []string {
	return slices.DeleteFunc(versions.Of(versions.Flux), func(version string) bool {
		release, _ := versions.Get(versions.Flux, version)
		return release.NotRun != ""
	})
}

// Isolates reports whether Capsule knows the rules that a tenant's profile is written
// in. Version 0.13 drops them; package fleet rejects a profile for it.
func (s Set) Isolates() bool { return s.Capsule != "0.13" }

// addFlux adds Flux's modules to the set. One that cannot be had of the set's version
// is the pinned version's.
func (s *Set) addFlux() error {
	pinned, _ := versions.Get(versions.Flux, versions.Pinned(versions.Flux))
	own, _ := versions.Get(versions.Flux, s.Flux)
	add := func(name string, make func(module, version string) component) (component, error) {
		for _, release := range []versions.Release{own, pinned} {
			i := slices.IndexFunc(release.Built, func(m string) bool { return strings.Contains(m, "/"+name+"@") })
			if i >= 0 {
				module, version, _ := strings.Cut(release.Built[i], "@")
				return make(module, version), nil
			}
		}
		return component{}, fmt.Errorf("package versions has no module of %s for Flux %s", name, s.Flux)
	}
	for _, of := range []struct {
		name string
		make func(module, version string) component
		into *component
	}{
		{"source-controller", newController, &s.source},
		{"kustomize-controller", newController, &s.kustomize},
		{"helm-controller", newController, &s.helm},
		{"flux2/v2", newManifests, &s.manifests},
	} {
		c, err := add(of.name, of.make)
		if err != nil {
			return err
		}
		*of.into = c
	}
	for _, name := range []string{"notification-controller", "image-reflector-controller", "image-automation-controller"} {
		c, err := add(name, newCRDs)
		if err != nil {
			return err
		}
		s.crds = append(s.crds, c)
	}
	return nil
}

// components are those of the set in the order in which they are built, the quickest
// first.
func (s Set) components() []component {
	return slices.Concat([]component{s.manifests}, s.crds, s.further, []component{
		s.gatewayAPI, s.etcd, s.capsule, s.helm, s.kustomize, s.source, s.kubernetes,
	})
}

// fluxControllers are the controllers that run.
func (s Set) fluxControllers() []component {
	return append([]component{s.source, s.kustomize, s.helm}, s.further...)
}

// Components are the programs that run, each as "source-controller 1.9.6".
func (s Set) Components() []string {
	var names []string
	for _, c := range s.components() {
		if len(c.Binaries) > 0 {
			names = append(names, c.Name+" "+strings.TrimPrefix(c.Version, "v"))
		}
	}
	return names
}
