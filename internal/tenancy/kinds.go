package tenancy

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// The kinds of the table.
var (
	kustomization    = schema.GroupKind{Group: kustomizev1.GroupVersion.Group, Kind: "Kustomization"}
	helmRelease      = schema.GroupKind{Group: helmv2.GroupVersion.Group, Kind: "HelmRelease"}
	gitRepository    = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "GitRepository"}
	ociRepository    = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "OCIRepository"}
	bucket           = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "Bucket"}
	helmRepository   = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "HelmRepository"}
	helmChart        = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "HelmChart"}
	externalArtifact = schema.GroupKind{Group: sourcev1.GroupVersion.Group, Kind: "ExternalArtifact"}
	provider         = schema.GroupKind{Group: notificationv1.GroupVersion.Group, Kind: "Provider"}
	alert            = schema.GroupKind{Group: notificationv1.GroupVersion.Group, Kind: "Alert"}
	receiver         = schema.GroupKind{Group: notificationv1.GroupVersion.Group, Kind: "Receiver"}
	imageRepository  = schema.GroupKind{Group: reflectorv1.GroupVersion.Group, Kind: "ImageRepository"}
	imagePolicy      = schema.GroupKind{Group: reflectorv1.GroupVersion.Group, Kind: "ImagePolicy"}
	imageAutomation  = schema.GroupKind{Group: automationv1.GroupVersion.Group, Kind: "ImageUpdateAutomation"}

	// artifactGenerator is source-watcher's, the next two are flux-operator's. Their Go
	// types are not imported.
	artifactGenerator = schema.GroupKind{Group: names.SourceExtensions, Kind: "ArtifactGenerator"}
	resourceSet       = schema.GroupKind{Group: names.FluxOperator, Kind: "ResourceSet"}
	inputProvider     = schema.GroupKind{Group: names.FluxOperator, Kind: "ResourceSetInputProvider"}

	configMap = schema.GroupKind{Kind: "ConfigMap"}
	secret    = schema.GroupKind{Kind: "Secret"}
)

func kinds(kinds ...schema.GroupKind) []schema.GroupKind { return kinds }
