package source

import (
	"maps"
	"slices"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Validate checks that exactly one of both is given, and validates it.
func Validate(path *field.Path, git *sourcev1.GitRepositorySpec, oci *sourcev1.OCIRepositorySpec) field.ErrorList {
	gitPath, ociPath := path.Child("git"), path.Child("oci")
	switch {
	case git == nil && oci == nil:
		return field.ErrorList{field.Required(gitPath, "one of git and oci is required")}
	case git != nil && oci != nil:
		return field.ErrorList{field.Forbidden(ociPath, "exactly one of git and oci may be given")}
	case git != nil:
		return validateGit(gitPath, git)
	default:
		return validateOCI(ociPath, oci)
	}
}

func validateGit(path *field.Path, git *sourcev1.GitRepositorySpec) field.ErrorList {
	errs := validate.GitURL(path.Child("url"), git.URL)
	errs = append(errs, validateCommon(path, git.Interval, git.SecretRef)...)
	if git.SecretRef == nil {
		errs = append(errs, validate.SSHSecret(path.Child("secretRef"), git.URL)...)
	}
	ref := git.Reference
	if ref == nil {
		return errs
	}
	errs = append(errs, validate.OptionalBranch(path.Child("branch"), ref.Branch)...)
	errs = append(errs, validate.OptionalBranch(path.Child("tag"), ref.Tag)...)
	errs = append(errs, validate.OptionalRange(path.Child("semver"), ref.SemVer)...)
	errs = append(errs, validate.OptionalCommit(path.Child("commit"), ref.Commit)...)
	errs = append(errs, atMostOne(path, map[string]string{"branch": ref.Branch, "tag": ref.Tag, "semver": ref.SemVer})...)
	// A commit can be combined with a branch, which is then cloned.
	return append(errs, atMostOne(path, map[string]string{"commit": ref.Commit, "tag": ref.Tag, "semver": ref.SemVer})...)
}

func validateOCI(path *field.Path, oci *sourcev1.OCIRepositorySpec) field.ErrorList {
	errs := validate.OCIURL(path.Child("url"), oci.URL)
	errs = append(errs, validateCommon(path, oci.Interval, oci.SecretRef)...)
	ref := oci.Reference
	if ref == nil {
		return errs
	}
	errs = append(errs, validate.OptionalOCITag(path.Child("tag"), ref.Tag)...)
	errs = append(errs, validate.OptionalRange(path.Child("semver"), ref.SemVer)...)
	errs = append(errs, validate.OptionalDigest(path.Child("digest"), ref.Digest)...)
	return append(errs, atMostOne(path, map[string]string{"tag": ref.Tag, "semver": ref.SemVer, "digest": ref.Digest})...)
}

func validateCommon(path *field.Path, interval metav1.Duration, secret *meta.LocalObjectReference) field.ErrorList {
	var errs field.ErrorList
	if interval.Duration != 0 { // else the builder's default applies
		errs = validate.Duration(path.Child("interval"), interval)
	}
	if secret != nil {
		errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), secret.Name)...)
	}
	return errs
}

// atMostOne checks that no two of the choices are given: Flux accepts several
// references and silently uses one of them.
func atMostOne(path *field.Path, choices map[string]string) field.ErrorList {
	var given []string
	for _, name := range slices.Sorted(maps.Keys(choices)) {
		if choices[name] != "" {
			given = append(given, name)
		}
	}
	if len(given) < 2 {
		return nil
	}
	return field.ErrorList{field.Forbidden(path.Child(given[1]), "may not be given together with "+given[0])}
}
