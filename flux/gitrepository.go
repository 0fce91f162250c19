package flux

import (
	"strings"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// GitRepository makes an artifact of a git repository, reached over http, https or
// ssh: ssh://git@host/org/repo, not git@host:org/repo. The default of spec.interval
// is [DefaultSourceInterval]. Without spec.ref it checks out the branch master.
// spec.ignore adds to Flux's list of files that are left out of the artifact, such as
// *.jpg, *.zip and .github/: write !*.zip to include them.
//
// See https://fluxcd.io/flux/components/source/gitrepositories/
func GitRepository(metadata metav1.ObjectMeta, spec sourcev1.GitRepositorySpec, allow ...Allowance) (*sourcev1.GitRepository, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	return finish(&sourcev1.GitRepository{TypeMeta: typeMeta(sourcev1.GitRepositoryKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateGitRepository(path *field.Path, repo *sourcev1.GitRepository) field.ErrorList {
	spec := &repo.Spec
	errs := validate.GitURL(path.Child("url"), spec.URL)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(path.Child("timeout"), spec.Timeout)...)
	errs = append(errs, validate.Enum(path.Child("provider"), spec.Provider,
		sourcev1.GitProviderGeneric, sourcev1.GitProviderAWS, sourcev1.GitProviderAzure, sourcev1.GitProviderGitHub)...)
	if spec.Provider == sourcev1.GitProviderAWS {
		errs = append(errs, validateCodeCommit(path.Child("provider"), spec.URL)...)
	}
	errs = append(errs, validateGitSecret(path.Child("secretRef"), spec)...)
	errs = append(errs, validate.OptionalRef(path.Child("proxySecretRef"), spec.ProxySecretRef)...)
	errs = append(errs, validateGitIdentity(path, spec)...)
	if ref := spec.Reference; ref != nil {
		errs = append(errs, validateGitRef(path.Child("ref"), ref)...)
	}
	for i, include := range spec.Include {
		errs = append(errs, validateInclude(path.Child("include").Index(i), include, repo.Name)...)
	}
	for i, dir := range spec.SparseCheckout {
		at := path.Child("sparseCheckout").Index(i)
		errs = append(errs, validate.SourcePath(at, dir)...)
		if strings.HasPrefix(dir, "/") {
			// It is compared with file names, which do not begin with a slash.
			errs = append(errs, field.Invalid(at, dir, "must be relative to the root of the repository"))
		}
	}
	if spec.Verification != nil {
		errs = append(errs, validateGitSignature(path.Child("verify"), spec)...)
	}
	return errs
}

// validateGitSecret requires the Secret without which the controller does not
// start to fetch.
//
// Upstream: GitRepositoryReconciler.getAuthOpts of source-controller.
func validateGitSecret(path *field.Path, spec *sourcev1.GitRepositorySpec) field.ErrorList {
	if spec.SecretRef != nil {
		return validate.Subdomain(path.Child("name"), spec.SecretRef.Name)
	}
	if spec.Provider == sourcev1.GitProviderGitHub {
		return field.ErrorList{field.Required(path, "provider github needs a Secret with the data of a GitHub App")}
	}
	return validate.SSHSecret(path, spec.URL)
}

// validateGitRef rejects references that no repository can have; the CRD accepts any
// string.
func validateGitRef(path *field.Path, ref *sourcev1.GitRepositoryRef) field.ErrorList {
	errs := validate.OptionalBranch(path.Child("branch"), ref.Branch)
	errs = append(errs, validate.OptionalBranch(path.Child("tag"), ref.Tag)...)
	errs = append(errs, validate.OptionalRange(path.Child("semver"), ref.SemVer)...)
	errs = append(errs, validate.OptionalRefName(path.Child("name"), ref.Name)...)
	return append(errs, validate.OptionalCommit(path.Child("commit"), ref.Commit)...)
}

func validateInclude(path *field.Path, include sourcev1.GitRepositoryInclude, name string) field.ErrorList {
	at := path.Child("repository", "name")
	errs := validate.Subdomain(at, include.GitRepositoryRef.Name)
	if name != "" && include.GitRepositoryRef.Name == name {
		errs = append(errs, field.Invalid(at, name, "must not include itself: it would wait for its own artifact"))
	}
	errs = append(errs, validate.SourcePath(path.Child("fromPath"), include.FromPath)...)
	return append(errs, validate.SourcePath(path.Child("toPath"), include.ToPath)...)
}

// validateGitSignature: a tag can be verified only where one is checked out.
//
// Upstream: GitRepositoryReconciler.verifySignature of source-controller,
// "cannot verify tag object's signature if a tag reference is not specified".
func validateGitSignature(path *field.Path, spec *sourcev1.GitRepositorySpec) field.ErrorList {
	verify := spec.Verification
	errs := validate.Enum(path.Child("mode"), verify.Mode,
		"head", sourcev1.ModeGitHEAD, sourcev1.ModeGitTag, sourcev1.ModeGitTagAndHEAD)
	errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), verify.SecretRef.Name)...)
	if verify.VerifyTag() && !checksOutTag(spec.Reference) {
		errs = append(errs, field.Invalid(path.Child("mode"), verify.Mode, "needs a tag: ref.tag, ref.semver or ref.name with refs/tags/"))
	}
	return errs
}

// checksOutTag reports whether a tag is checked out. The first of the fields wins.
//
// Upstream: gogit.Client.clone of fluxcd/pkg/git.
func checksOutTag(ref *sourcev1.GitRepositoryRef) bool {
	switch {
	case ref == nil || ref.Commit != "":
		return false
	case ref.Name != "":
		return strings.HasPrefix(ref.Name, "refs/tags/")
	}
	return ref.Tag != "" || ref.SemVer != ""
}

// validateGitIdentity follows the CEL rule on the CRD: an account means
// workload identity, which only two of the providers have.
func validateGitIdentity(path *field.Path, spec *sourcev1.GitRepositorySpec) field.ErrorList {
	path, account := path.Child("serviceAccountName"), spec.ServiceAccountName
	if account == "" {
		return nil
	}
	errs := validate.Subdomain(path, account)
	if p := spec.Provider; p != sourcev1.GitProviderAWS && p != sourcev1.GitProviderAzure {
		errs = append(errs, field.Invalid(path, account, `may be set only when provider is "aws" or "azure"`))
	}
	return errs
}
