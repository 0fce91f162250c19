package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// GitRepository makes an artifact of a git repository, reached over http, https or
// ssh: ssh://git@host/org/repo, not git@host:org/repo. The default of
// spec.interval is [DefaultSourceInterval]. Without spec.ref it checks out the
// branch master.
//
// See https://fluxcd.io/flux/components/source/gitrepositories/
func GitRepository(metadata metav1.ObjectMeta, spec sourcev1.GitRepositorySpec, allow ...Allowance) (*sourcev1.GitRepository, error) {
	defaultInterval(&spec.Interval, DefaultSourceInterval)
	return finish(&sourcev1.GitRepository{TypeMeta: typeMeta(sourcev1.GitRepositoryKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateGitRepository(spec *field.Path, repo *sourcev1.GitRepositorySpec) field.ErrorList {
	errs := validate.GitURL(spec.Child("url"), repo.URL)
	errs = append(errs, validate.Duration(spec.Child("interval"), repo.Interval)...)
	errs = append(errs, validate.OptionalTimeout(spec.Child("timeout"), repo.Timeout)...)
	errs = append(errs, validate.Enum(spec.Child("provider"), repo.Provider,
		sourcev1.GitProviderGeneric, sourcev1.GitProviderAWS, sourcev1.GitProviderAzure, sourcev1.GitProviderGitHub)...)
	errs = append(errs, optionalRef(spec.Child("secretRef"), repo.SecretRef)...)
	errs = append(errs, optionalRef(spec.Child("proxySecretRef"), repo.ProxySecretRef)...)
	errs = append(errs, validateGitIdentity(spec, repo)...)
	if ref := repo.Reference; ref != nil {
		errs = append(errs, validateGitRef(spec.Child("ref"), ref)...)
	}
	for i, include := range repo.Include {
		path := spec.Child("include").Index(i)
		errs = append(errs, validate.Subdomain(path.Child("repository", "name"), include.GitRepositoryRef.Name)...)
		errs = append(errs, validate.Within(path.Child("fromPath"), include.FromPath)...)
		errs = append(errs, validate.Within(path.Child("toPath"), include.ToPath)...)
	}
	for i, dir := range repo.SparseCheckout {
		errs = append(errs, validate.Within(spec.Child("sparseCheckout").Index(i), dir)...)
	}
	if verify := repo.Verification; verify != nil {
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
	errs = append(errs, validate.OptionalRefName(path.Child("name"), ref.Name)...)
	return append(errs, validate.OptionalCommit(path.Child("commit"), ref.Commit)...)
}

// validateGitIdentity follows the CEL rule on the CRD: an account of one's own
// means workload identity, which only two of the providers have.
func validateGitIdentity(spec *field.Path, repo *sourcev1.GitRepositorySpec) field.ErrorList {
	path, account := spec.Child("serviceAccountName"), repo.ServiceAccountName
	if account == "" {
		return nil
	}
	errs := validate.Subdomain(path, account)
	if p := repo.Provider; p != sourcev1.GitProviderAWS && p != sourcev1.GitProviderAzure {
		errs = append(errs, field.Invalid(path, account, `may be set only when provider is "aws" or "azure"`))
	}
	return errs
}
