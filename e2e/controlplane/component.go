package controlplane

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
}

// stagingVersion is that of the k8s.io modules that Kubernetes keeps in its
// own tree.
const stagingVersion = "v0.36.3"

const (
	kustomizeModule = "github.com/fluxcd/kustomize-controller"
	sourceModule    = "github.com/fluxcd/source-controller"
	helmModule      = "github.com/fluxcd/helm-controller"
	capsuleModule   = "github.com/projectcapsule/capsule"
)

var (
	etcd = component{
		Name: "etcd", Module: "go.etcd.io/etcd/server/v3", Version: "v3.6.8",
		Binaries: map[string]string{"etcd": "go.etcd.io/etcd/server/v3"},
		Replace: map[string]string{
			"go.etcd.io/etcd/api/v3":        "v3.6.8",
			"go.etcd.io/etcd/client/pkg/v3": "v3.6.8",
			"go.etcd.io/etcd/client/v3":     "v3.6.8",
			"go.etcd.io/etcd/pkg/v3":        "v3.6.8",
		},
	}
	kubernetes = component{
		Name: "kubernetes", Module: "k8s.io/kubernetes", Version: "v1.36.3",
		Binaries: map[string]string{
			"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
			"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
		},
		LDFlags: "-X k8s.io/component-base/version.gitVersion=v1.36.3",
	}
	capsule = component{
		Name: "capsule", Module: capsuleModule, Version: "v0.14.0",
		Binaries: map[string]string{"capsule": capsuleModule + "/cmd/controller"},
		Files:    []string{"charts/capsule"},
	}
	// oldCapsule has the holes of Capsule's later advisories. The last ones before
	// 0.13 cannot be had, or not with a checksum that the checksum database knows.
	oldCapsule = component{
		Name: "capsule", Module: capsuleModule, Version: "v0.7.2",
		Binaries: map[string]string{"capsule": capsuleModule},
		Files:    []string{"charts/capsule"},
	}
	sourceController = component{
		Name: "source-controller", Module: sourceModule, Version: "v1.9.6",
		Binaries: map[string]string{"source-controller": sourceModule},
		Files:    []string{"config/crd/bases", "config/manager"},
		Replace: map[string]string{
			sourceModule + "/api":            "v1.9.6",
			"github.com/fluxcd/pkg/artifact": "v0.18.1", // v0.18.3, which it asks for, cannot be had
		},
	}
	kustomizeController = component{
		Name: "kustomize-controller", Module: kustomizeModule, Version: "v1.9.6",
		Binaries: map[string]string{"kustomize-controller": kustomizeModule},
		Files:    []string{"config/crd/bases", "config/manager"},
		Replace:  map[string]string{kustomizeModule + "/api": "v1.9.6"},
	}
	helmController = component{
		Name: "helm-controller", Module: helmModule, Version: "v1.6.4",
		Binaries: map[string]string{"helm-controller": helmModule},
		Files:    []string{"config/crd/bases", "config/manager"},
		Replace:  map[string]string{helmModule + "/api": "v1.6.4"},
	}
	// Of these only the CRDs are installed, for dry runs.
	notificationController = component{
		Name: "notification-controller", Module: "github.com/fluxcd/notification-controller", Version: "v1.9.3",
		Files: []string{"config/crd/bases"},
	}
	imageReflectorController = component{
		Name: "image-reflector-controller", Module: "github.com/fluxcd/image-reflector-controller", Version: "v1.2.4",
		Files: []string{"config/crd/bases"},
	}
	imageAutomationController = component{
		Name: "image-automation-controller", Module: "github.com/fluxcd/image-automation-controller", Version: "v1.2.4",
		Files: []string{"config/crd/bases"},
	}
	gatewayAPI = component{
		Name: "gateway-api", Module: "sigs.k8s.io/gateway-api", Version: "v1.6.1",
		Files: []string{"config/crd/standard"},
	}
	flux = component{
		Name: "flux", Module: "github.com/fluxcd/flux2/v2", Version: "v2.9.5",
		Files: []string{"manifests/rbac", "manifests/bases", "manifests/policies"},
	}
)

// The components of a control plane in the order in which they are built, the
// quickest first: of the usual one, and of one with the old Capsule.
var (
	components = []component{
		flux, notificationController, imageReflectorController, imageAutomationController, gatewayAPI,
		etcd, capsule, helmController, kustomizeController, sourceController, kubernetes,
	}
	oldComponents = []component{etcd, oldCapsule, kubernetes}
)
