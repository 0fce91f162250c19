package flux

import (
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

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

// ApplyToImagePolicy sets spec.policy.semver.
func (s SemVer) ApplyToImagePolicy(policy *reflectorv1.ImagePolicy) error {
	policy.Spec.Policy.SemVer = &reflectorv1.SemVerPolicy{Range: string(s)}
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
