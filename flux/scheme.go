package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// AddToScheme registers every Flux kind, at the version that current Flux serves, so
// that a client or [manifest] can decode it.
//
// [manifest]: https://pkg.go.dev/github.com/fluxcapsule/fluxcapsule/manifest
func AddToScheme(scheme *runtime.Scheme) error { return schemes.AddToScheme(scheme) }

var schemes = runtime.NewSchemeBuilder(
	sourcev1.AddToScheme,
	kustomizev1.AddToScheme,
	helmv2.AddToScheme,
	notificationv1.AddToScheme,
	notificationv1beta3.AddToScheme,
	reflectorv1.AddToScheme,
	automationv1.AddToScheme,
)
