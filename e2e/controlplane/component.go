package controlplane

import (
	"path"
	"strings"
)

// A component is one module from which binaries are built, or files taken.
type component struct {
	Name    string
	Module  string
	Version string

	// Binaries maps a binary's name to its main package.
	Binaries map[string]string

	// Files are directories of the module that are cached with the binaries.
	Files []string

	// Replace names published versions of modules, mostly of those that the
	// component's own go.mod replaces by a directory of its repository.
	Replace map[string]string

	// LDFlags are passed to the linker beside -s -w.
	LDFlags string

	// checkout is the folder of a component that somebody else has built.
	checkout string
}

const (
	sourceModule     = "github.com/fluxcd/source-controller"
	capsuleModule    = "github.com/projectcapsule/capsule"
	kubernetesModule = "k8s.io/kubernetes"
)

// replacements are versions of modules that stand in for others, which a component
// asks for and which cannot be had.
var replacements = map[string]map[string]string{
	sourceModule + "@v1.9.6":                              {"github.com/fluxcd/pkg/artifact": "v0.18.1"}, // for v0.18.3
	"github.com/fluxcd/image-reflector-controller@v1.2.4": {"github.com/fluxcd/pkg/artifact": "v0.18.1"}, // for v0.18.2
}

var (
	// oldCapsule has the holes of Capsule's later advisories. The last ones before
	// 0.13 cannot be had, or not with a checksum that the checksum database knows.
	oldCapsule = component{
		Name: "capsule", Module: capsuleModule, Version: "v0.7.2",
		Binaries: map[string]string{"capsule": capsuleModule},
		Files:    []string{"charts/capsule"},
	}
	oldComponents = []component{newEtcd("v3.6.8"), oldCapsule, newKubernetes("v1.36.3")}

	gatewayAPI = component{
		Name: "gateway-api", Module: "sigs.k8s.io/gateway-api", Version: "v1.6.1",
		Files: []string{"config/crd/standard"},
	}
)

// newEtcd returns the etcd that a version of Kubernetes asks for.
func newEtcd(version string) component {
	return component{
		Name: "etcd", Module: "go.etcd.io/etcd/server/v3", Version: version,
		Binaries: map[string]string{"etcd": "go.etcd.io/etcd/server/v3"},
		Replace: map[string]string{
			"go.etcd.io/etcd/api/v3":        version,
			"go.etcd.io/etcd/client/pkg/v3": version,
			"go.etcd.io/etcd/client/v3":     version,
			"go.etcd.io/etcd/pkg/v3":        version,
		},
	}
}

func newKubernetes(version string) component {
	return component{
		Name: "kubernetes", Module: kubernetesModule, Version: version,
		Binaries: map[string]string{
			"kube-apiserver":          kubernetesModule + "/cmd/kube-apiserver",
			"kube-controller-manager": kubernetesModule + "/cmd/kube-controller-manager",
		},
		LDFlags: "-X k8s.io/component-base/version.gitVersion=" + version,
	}
}

// staging returns the version of the k8s.io modules that Kubernetes keeps in its own
// tree: v0.36.3 in v1.36.3.
func (c component) staging() string {
	return strings.Replace(c.Version, "v1.", "v0.", 1)
}

func newCapsule(version string) component {
	return component{
		Name: "capsule", Module: capsuleModule, Version: version,
		Binaries: map[string]string{"capsule": capsuleModule + "/cmd/controller"},
		Files:    []string{"charts/capsule"},
	}
}

// newController returns a controller of Flux.
func newController(module, version string) component {
	name := path.Base(module)
	c := component{
		Name: name, Module: module, Version: version,
		Binaries: map[string]string{name: module},
		Files:    []string{"config/crd/bases", "config/manager"},
		Replace:  map[string]string{module + "/api": version},
	}
	for replaced, by := range replacements[module+"@"+version] {
		c.Replace[replaced] = by
	}
	return c
}

// newCRDs returns a controller of Flux of which only the CRDs are installed, for dry
// runs.
func newCRDs(module, version string) component {
	return component{Name: path.Base(module), Module: module, Version: version, Files: []string{"config/crd/bases"}}
}

// newManifests returns the files of Flux's own module.
func newManifests(module, version string) component {
	return component{
		Name: "flux", Module: module, Version: version,
		Files: []string{"manifests/rbac", "manifests/bases", "manifests/policies"},
	}
}
