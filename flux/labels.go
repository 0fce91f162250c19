package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Labels adds labels to the object; a later value of a key replaces an earlier one.
type Labels map[string]string

// ApplyToGitRepository adds to metadata.labels.
func (l Labels) ApplyToGitRepository(repo *sourcev1.GitRepository) error { return l.addTo(repo) }

// ApplyToOCIRepository adds to metadata.labels.
func (l Labels) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error { return l.addTo(repo) }

// ApplyToBucket adds to metadata.labels.
func (l Labels) ApplyToBucket(bucket *sourcev1.Bucket) error { return l.addTo(bucket) }

// ApplyToHelmRepository adds to metadata.labels.
func (l Labels) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error { return l.addTo(repo) }

// ApplyToHelmChart adds to metadata.labels.
func (l Labels) ApplyToHelmChart(chart *sourcev1.HelmChart) error { return l.addTo(chart) }

// ApplyToExternalArtifact adds to metadata.labels.
func (l Labels) ApplyToExternalArtifact(artifact *sourcev1.ExternalArtifact) error {
	return l.addTo(artifact)
}

// ApplyToKustomization adds to metadata.labels.
func (l Labels) ApplyToKustomization(ks *kustomizev1.Kustomization) error { return l.addTo(ks) }

// ApplyToHelmRelease adds to metadata.labels.
func (l Labels) ApplyToHelmRelease(release *helmv2.HelmRelease) error { return l.addTo(release) }

// ApplyToProvider adds to metadata.labels.
func (l Labels) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	return l.addTo(provider)
}

// ApplyToAlert adds to metadata.labels.
func (l Labels) ApplyToAlert(alert *notificationv1beta3.Alert) error { return l.addTo(alert) }

// ApplyToReceiver adds to metadata.labels.
func (l Labels) ApplyToReceiver(receiver *notificationv1.Receiver) error { return l.addTo(receiver) }

// ApplyToImageRepository adds to metadata.labels.
func (l Labels) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	return l.addTo(repo)
}

// ApplyToImagePolicy adds to metadata.labels.
func (l Labels) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error { return l.addTo(policy) }

// ApplyToImageUpdateAutomation adds to metadata.labels.
func (l Labels) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	return l.addTo(automation)
}

func (l Labels) addTo(obj metav1.Object) error {
	obj.SetLabels(build.Merge(obj.GetLabels(), l))
	return nil
}

// ShardKey is the label that Flux's sharding selects objects by.
// See https://fluxcd.io/flux/installation/configuration/sharding/
const ShardKey = "sharding.fluxcd.io/key"

// Shard leaves the object to the controllers that run with
// --watch-label-selector=sharding.fluxcd.io/key=<shard>. Everything that refers
// to the object should carry the same shard.
func Shard(shard string) Labels { return Labels{ShardKey: shard} }
