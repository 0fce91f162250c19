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

// Annotations adds annotations to the object; a later value of a key replaces
// an earlier one.
type Annotations map[string]string

// ApplyToGitRepository adds to metadata.annotations.
func (a Annotations) ApplyToGitRepository(repo *sourcev1.GitRepository) error { return a.addTo(repo) }

// ApplyToOCIRepository adds to metadata.annotations.
func (a Annotations) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error { return a.addTo(repo) }

// ApplyToBucket adds to metadata.annotations.
func (a Annotations) ApplyToBucket(bucket *sourcev1.Bucket) error { return a.addTo(bucket) }

// ApplyToHelmRepository adds to metadata.annotations.
func (a Annotations) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	return a.addTo(repo)
}

// ApplyToHelmChart adds to metadata.annotations.
func (a Annotations) ApplyToHelmChart(chart *sourcev1.HelmChart) error { return a.addTo(chart) }

// ApplyToExternalArtifact adds to metadata.annotations.
func (a Annotations) ApplyToExternalArtifact(artifact *sourcev1.ExternalArtifact) error {
	return a.addTo(artifact)
}

// ApplyToKustomization adds to metadata.annotations.
func (a Annotations) ApplyToKustomization(ks *kustomizev1.Kustomization) error { return a.addTo(ks) }

// ApplyToHelmRelease adds to metadata.annotations.
func (a Annotations) ApplyToHelmRelease(release *helmv2.HelmRelease) error { return a.addTo(release) }

// ApplyToProvider adds to metadata.annotations.
func (a Annotations) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	return a.addTo(provider)
}

// ApplyToAlert adds to metadata.annotations.
func (a Annotations) ApplyToAlert(alert *notificationv1beta3.Alert) error { return a.addTo(alert) }

// ApplyToReceiver adds to metadata.annotations.
func (a Annotations) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	return a.addTo(receiver)
}

// ApplyToImageRepository adds to metadata.annotations.
func (a Annotations) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	return a.addTo(repo)
}

// ApplyToImagePolicy adds to metadata.annotations.
func (a Annotations) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	return a.addTo(policy)
}

// ApplyToImageUpdateAutomation adds to metadata.annotations.
func (a Annotations) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	return a.addTo(automation)
}

func (a Annotations) addTo(obj metav1.Object) error {
	obj.SetAnnotations(build.Merge(obj.GetAnnotations(), a))
	return nil
}
