package flux

import (
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// ServiceAccount is the account, in the object's own namespace, in whose name
// the controller acts. A Kustomization and a HelmRelease impersonate it for
// everything they apply. The others authenticate as it by workload identity: a
// GitRepository with [AuthProvider] aws or azure only, a Bucket with any but
// generic, a Provider of the types azureeventhub, azuredevops and googlepubsub;
// an OCIRepository and an ImageRepository also use the account's image pull
// secrets.
type ServiceAccount string

// ApplyToGitRepository sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToOCIRepository sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToBucket sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToKustomization sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToHelmRelease sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToHelmRelease(release *helmv2.HelmRelease) error {
	release.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToProvider sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToProvider(provider *notificationv1beta3.Provider) error {
	provider.Spec.ServiceAccountName = string(s)
	return nil
}

// ApplyToImageRepository sets spec.serviceAccountName.
func (s ServiceAccount) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.ServiceAccountName = string(s)
	return nil
}
