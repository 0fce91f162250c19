package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// Ignore replaces the files that are left out of the artifact, in the format of
// .gitignore. It also replaces Flux's default list.
type Ignore string

// ApplyToGitRepository sets spec.ignore.
func (i Ignore) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Ignore = new(string(i))
	return nil
}

// ApplyToOCIRepository sets spec.ignore.
func (i Ignore) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	repo.Spec.Ignore = new(string(i))
	return nil
}

// ApplyToBucket sets spec.ignore.
func (i Ignore) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Ignore = new(string(i))
	return nil
}
