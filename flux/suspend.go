package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// Suspend stops the controller from reconciling the object; what it applied
// before stays as it is. A suspended Provider or Alert sends nothing.
type Suspend bool

// ApplyToGitRepository sets spec.suspend.
func (s Suspend) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToOCIRepository sets spec.suspend.
func (s Suspend) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToBucket sets spec.suspend.
func (s Suspend) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Suspend = bool(s)
	return nil
}

// ApplyToHelmRepository sets spec.suspend.
func (s Suspend) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToHelmChart sets spec.suspend.
func (s Suspend) ApplyToHelmChart(chart *sourcev1.HelmChart) error {
	chart.Spec.Suspend = bool(s)
	return nil
}

// ApplyToKustomization sets spec.suspend.
func (s Suspend) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Suspend = bool(s)
	return nil
}

// ApplyToHelmRelease sets spec.suspend.
func (s Suspend) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.Suspend = bool(s)
	return nil
}

// ApplyToProvider sets spec.suspend.
func (s Suspend) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.Suspend = bool(s)
	return nil
}

// ApplyToAlert sets spec.suspend.
func (s Suspend) ApplyToAlert(alert *notificationv1beta3.Alert) error {
	alert.Spec.Suspend = bool(s)
	return nil
}

// ApplyToReceiver sets spec.suspend.
func (s Suspend) ApplyToReceiver(receiver *notificationv1.Receiver) error {
	receiver.Spec.Suspend = bool(s)
	return nil
}

// ApplyToImageRepository sets spec.suspend.
func (s Suspend) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.Suspend = bool(s)
	return nil
}

// ApplyToImagePolicy sets spec.suspend.
func (s Suspend) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Suspend = bool(s)
	return nil
}

// ApplyToImageUpdateAutomation sets spec.suspend.
func (s Suspend) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	automation.Spec.Suspend = bool(s)
	return nil
}
