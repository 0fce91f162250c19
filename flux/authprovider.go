package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// AuthProvider tells how the controller authenticates to the source: with the
// Secret ("generic", the default), with the workload identity of a cloud
// ("aws", "azure", "gcp") or, to git, as a GitHub App ("github"). For a Bucket it
// is also the kind of the storage. It sets the field provider.
type AuthProvider string

// ApplyToGitRepository sets spec.provider.
func (p AuthProvider) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Provider = string(p)
	return nil
}

// ApplyToOCIRepository sets spec.provider.
func (p AuthProvider) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Provider = string(p)
	return nil
}

// ApplyToBucket sets spec.provider.
func (p AuthProvider) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Provider = string(p)
	return nil
}

// ApplyToHelmRepository sets spec.provider.
func (p AuthProvider) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.Provider = string(p)
	return nil
}

// ApplyToImageRepository sets spec.provider.
func (p AuthProvider) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.Provider = string(p)
	return nil
}
