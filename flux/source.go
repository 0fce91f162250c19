package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// AuthProvider tells how the controller authenticates to the source: with the
// Secret ("generic", the default), with the workload identity of a cloud
// ("aws", "azure", "gcp") or as a GitHub App ("github"). It sets the field
// provider.
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

// SemVer takes the latest version within the range, such as ">=1.0.0 <2.0.0".
// For a GitRepository it ranges over tags and overrides [Tag] and [Branch].
type SemVer string

// ApplyToGitRepository sets spec.ref.semver.
func (s SemVer) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	gitRef(repo).SemVer = string(s)
	return nil
}

// ApplyToOCIRepository sets spec.ref.semver.
func (s SemVer) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	ociRef(repo).SemVer = string(s)
	return nil
}

// Tag takes the one tag, of the git repository or of the image.
type Tag string

// ApplyToGitRepository sets spec.ref.tag.
func (t Tag) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	gitRef(repo).Tag = string(t)
	return nil
}

// ApplyToOCIRepository sets spec.ref.tag.
func (t Tag) ApplyToOCIRepository(repo *sourcev1.OCIRepository) error {
	ociRef(repo).Tag = string(t)
	return nil
}
