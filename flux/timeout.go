package flux

import (
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// Timeout bounds one reconciliation. Flux's defaults are 60 seconds for sources,
// the interval for an ImageRepository, the interval less 30 seconds for a
// Kustomization, 5 minutes for each action of a HelmRelease, 15 seconds for what
// a Provider sends. Sources, ImageRepository and Provider refuse a timeout of an
// hour or more.
type Timeout time.Duration

// ApplyToGitRepository sets spec.timeout.
func (t Timeout) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToOCIRepository sets spec.timeout.
func (t Timeout) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToBucket sets spec.timeout.
func (t Timeout) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToHelmRepository sets spec.timeout.
func (t Timeout) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToKustomization sets spec.timeout.
func (t Timeout) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToHelmRelease sets spec.timeout.
func (t Timeout) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToProvider sets spec.timeout.
func (t Timeout) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.Timeout = new(duration(t))
	return nil
}

// ApplyToImageRepository sets spec.timeout.
func (t Timeout) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.Timeout = new(duration(t))
	return nil
}
