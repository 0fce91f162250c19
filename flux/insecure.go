package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// Insecure reaches the registry or the storage over plain HTTP: whoever is on
// the way can replace what the cluster applies. A HelmRepository heeds it for
// OCI registries only.
type Insecure bool

// ApplyToOCIRepository sets spec.insecure.
func (i Insecure) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Insecure = bool(i)
	return nil
}

// ApplyToBucket sets spec.insecure.
func (i Insecure) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Insecure = bool(i)
	return nil
}

// ApplyToHelmRepository sets spec.insecure.
func (i Insecure) ApplyToHelmRepository(repo *sourcev1.HelmRepository) error {
	repo.Spec.Insecure = bool(i)
	return nil
}

// ApplyToImageRepository sets spec.insecure.
func (i Insecure) ApplyToImageRepository(repo *reflectorv1.ImageRepository) error {
	repo.Spec.Insecure = bool(i)
	return nil
}
