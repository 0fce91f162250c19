package versions

// table has the API modules of each version of Flux: the CRDs are generated from
// them, since the modules of most controllers cannot be had. Capsule's own module
// holds its CRDs.
//
// go run ./internal/raise changes this file.
var table = []Release{
	{
		Component: Flux, Version: "2.7",
		Modules: []string{
			"github.com/fluxcd/source-controller/api@v1.7.4",
			"github.com/fluxcd/kustomize-controller/api@v1.7.3",
			"github.com/fluxcd/helm-controller/api@v1.4.5",
			"github.com/fluxcd/notification-controller/api@v1.7.5",
			"github.com/fluxcd/image-reflector-controller/api@v1.0.4",
			"github.com/fluxcd/image-automation-controller/api@v1.0.4",
		},
		Built: []string{
			"github.com/fluxcd/source-controller@v1.7.3",
			"github.com/fluxcd/kustomize-controller@v1.7.3",
			"github.com/fluxcd/helm-controller@v1.4.3",
			"github.com/fluxcd/flux2/v2@v2.7.5",
		},
	},
	{
		Component: Flux, Version: "2.8",
		Modules: []string{
			"github.com/fluxcd/source-controller/api@v1.8.5",
			"github.com/fluxcd/kustomize-controller/api@v1.8.5",
			"github.com/fluxcd/helm-controller/api@v1.5.3",
			"github.com/fluxcd/notification-controller/api@v1.8.3",
			"github.com/fluxcd/image-reflector-controller/api@v1.1.1",
			"github.com/fluxcd/image-automation-controller/api@v1.1.2",
		},
		NotRun: "kustomize- and helm-controller cannot be had as modules",
	},
	{
		Component: Flux, Version: "2.9", Pinned: true,
		Modules: []string{
			"github.com/fluxcd/source-controller/api@v1.9.6",
			"github.com/fluxcd/kustomize-controller/api@v1.9.6",
			"github.com/fluxcd/helm-controller/api@v1.6.5",
			"github.com/fluxcd/notification-controller/api@v1.9.4",
			"github.com/fluxcd/image-reflector-controller/api@v1.2.5",
			"github.com/fluxcd/image-automation-controller/api@v1.2.5",
		},
		Built: []string{
			"github.com/fluxcd/source-controller@v1.9.6",
			"github.com/fluxcd/kustomize-controller@v1.9.6",
			"github.com/fluxcd/helm-controller@v1.6.4",
			"github.com/fluxcd/notification-controller@v1.9.3",
			"github.com/fluxcd/image-reflector-controller@v1.2.4",
			"github.com/fluxcd/image-automation-controller@v1.2.4",
			"github.com/fluxcd/flux2/v2@v2.9.5",
		},
	},
	{
		Component: Flux, Version: "2.10", Go: "go1.27.3",
		Modules: []string{
			"github.com/fluxcd/source-controller/api@v1.10.1",
			"github.com/fluxcd/kustomize-controller/api@v1.10.1",
			"github.com/fluxcd/helm-controller/api@v1.7.1",
			"github.com/fluxcd/notification-controller/api@v1.10.0",
			"github.com/fluxcd/image-reflector-controller/api@v1.3.0",
			"github.com/fluxcd/image-automation-controller/api@v1.3.0",
		},
		NotRun: "github.com/fluxcd/pkg/spiffe, which its controllers import, cannot be had as a module",
	},
	{
		Component: Capsule, Version: "0.13",
		Modules: []string{"github.com/projectcapsule/capsule@v0.13.9"},
	},
	{
		Component: Capsule, Version: "0.14", Pinned: true,
		Modules: []string{"github.com/projectcapsule/capsule@v0.14.0"},
	},
}
