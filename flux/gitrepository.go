package flux

import (
	"regexp"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A GitRepositoryOption sets something on a [GitRepository].
type GitRepositoryOption interface {
	ApplyToGitRepository(*sourcev1.GitRepository) error
}

// GitRepositoryFunc is an option of one's own, for whatever has none here. What
// it sets is validated like the rest.
type GitRepositoryFunc func(*sourcev1.GitRepository) error

// ApplyToGitRepository calls f.
func (f GitRepositoryFunc) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	if f == nil {
		return nil
	}
	return f(repo)
}

// GitRepository makes an artifact of a git repository, reached over http, https
// or ssh: ssh://git@host/org/repo, not the scp form git@host:org/repo. It is
// checked every [DefaultSourceInterval], and what is checked out without
// [Branch], [Tag], [SemVer], [RefName] or [Commit] is Flux's default, the branch
// master.
//
// See https://fluxcd.io/flux/components/source/gitrepositories/
func GitRepository(namespace, name, url string, opts ...GitRepositoryOption) (*sourcev1.GitRepository, error) {
	repo := &sourcev1.GitRepository{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.GitRepositoryKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: sourcev1.GitRepositorySpec{
			URL:      url,
			Interval: metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	return build.WithOptions(repo, opts, GitRepositoryOption.ApplyToGitRepository, validateGitRepository)
}

// Branch checks out the head of the branch.
type Branch string

// ApplyToGitRepository sets spec.ref.branch.
func (b Branch) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	gitRef(repo).Branch = string(b)
	return nil
}

// RefName checks out a reference by its full name, such as
// "refs/pull/420/head". It overrides [Branch], [Tag] and [SemVer].
type RefName string

// ApplyToGitRepository sets spec.ref.name.
func (r RefName) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	gitRef(repo).Name = string(r)
	return nil
}

// Commit checks out one commit, by its SHA. It overrides all other references;
// together with [Branch] only that branch is cloned.
type Commit string

// ApplyToGitRepository sets spec.ref.commit.
func (c Commit) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	gitRef(repo).Commit = string(c)
	return nil
}

// SubModules clones the repository's submodules too, recursively.
type SubModules bool

// ApplyToGitRepository sets spec.recurseSubmodules.
func (s SubModules) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.RecurseSubmodules = bool(s)
	return nil
}

// SparseCheckout adds directories to those that the artifact is limited to.
type SparseCheckout []string

// ApplyToGitRepository appends to spec.sparseCheckout.
func (s SparseCheckout) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.SparseCheckout = append(repo.Spec.SparseCheckout, s...)
	return nil
}

// Include copies part of another GitRepository of the same namespace into this
// one's artifact. Given more than once, it adds up.
type Include sourcev1.GitRepositoryInclude

// ApplyToGitRepository appends to spec.include.
func (i Include) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Include = append(repo.Spec.Include, sourcev1.GitRepositoryInclude(i))
	return nil
}

// VerifyGit accepts only commits or tags that are signed by one of the keys in
// the Secret: PGP keys under names ending in .asc, SSH keys in .sshpub. The
// default mode is HEAD, the commit that is checked out.
type VerifyGit sourcev1.GitRepositoryVerification

// ApplyToGitRepository sets spec.verify.
func (v VerifyGit) ApplyToGitRepository(repo *sourcev1.GitRepository) error {
	repo.Spec.Verification = new(sourcev1.GitRepositoryVerification(v))
	return nil
}

func gitRef(repo *sourcev1.GitRepository) *sourcev1.GitRepositoryRef {
	if repo.Spec.Reference == nil {
		repo.Spec.Reference = &sourcev1.GitRepositoryRef{}
	}
	return repo.Spec.Reference
}

func validateGitRepository(repo *sourcev1.GitRepository) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(repo)
	errs = append(errs, validate.URL(spec.Child("url"), repo.Spec.URL, "http", "https", "ssh")...)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Spec.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Spec.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Spec.Provider,
		sourcev1.GitProviderGeneric, sourcev1.GitProviderAWS, sourcev1.GitProviderAzure, sourcev1.GitProviderGitHub)...)
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.Spec.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.Spec.ProxySecretRef)...)
	errs = append(errs, validateGitIdentity(spec, repo)...)
	if ref := repo.Spec.Reference; ref != nil {
		errs = append(errs, validateGitRef(spec.Child("ref"), ref)...)
	}
	for i, include := range repo.Spec.Include {
		path := spec.Child("include").Index(i)
		errs = append(errs, validate.Subdomain(path.Child("repository", "name"), include.GitRepositoryRef.Name)...)
		errs = append(errs, validate.Within(path.Child("fromPath"), include.FromPath)...)
		errs = append(errs, validate.Within(path.Child("toPath"), include.ToPath)...)
	}
	for i, dir := range repo.Spec.SparseCheckout {
		errs = append(errs, validate.Within(spec.Child("sparseCheckout").Index(i), dir)...)
	}
	if verify := repo.Spec.Verification; verify != nil {
		errs = append(errs, validate.Enum(spec.Child("verify", "mode"), verify.Mode,
			"head", sourcev1.ModeGitHEAD, sourcev1.ModeGitTag, sourcev1.ModeGitTagAndHEAD)...)
		errs = append(errs, validate.Subdomain(spec.Child("verify", "secretRef", "name"), verify.SecretRef.Name)...)
	}
	return errs
}

// validateGitRef refuses what the controller would fail to look for; the CRD
// takes any strings.
func validateGitRef(path *field.Path, ref *sourcev1.GitRepositoryRef) field.ErrorList {
	errs := validate.OptionalRange(path.Child("semver"), ref.SemVer)
	if ref.Commit != "" {
		errs = append(errs, matches(path.Child("commit"), ref.Commit, commitSHA)...)
	}
	return errs
}

var commitSHA = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// validateGitIdentity follows the CEL rule on the CRD: an account of one's own
// means workload identity, which only two of the providers have.
func validateGitIdentity(spec *field.Path, repo *sourcev1.GitRepository) field.ErrorList {
	path, account := spec.Child("serviceAccountName"), repo.Spec.ServiceAccountName
	if account == "" {
		return nil
	}
	errs := validate.Subdomain(path, account)
	if p := repo.Spec.Provider; p != sourcev1.GitProviderAWS && p != sourcev1.GitProviderAzure {
		errs = append(errs, field.Invalid(path, account, `may be set only when provider is "aws" or "azure"`))
	}
	return errs
}
