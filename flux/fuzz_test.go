package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// Nothing invalid gets out: the API server takes whatever a builder returns.
func acceptedByCRD[T object](t *testing.T, obj T, err error) {
	t.Helper()
	if err != nil {
		return
	}
	for _, err := range crd.Validate(obj) {
		t.Errorf("built, but the API server refuses it: %v", err)
	}
}

func FuzzGitRepository(f *testing.F) {
	f.Add("dev-team", "apps", "https://github.com/org/apps.git", "main", "aws", "git", "HEAD", "a", int64(time.Minute), int64(time.Second))
	f.Add("", "A", "ssh://git@github.com:22/org/apps.git", "\x00", "generic", "", "head", "..", int64(time.Hour), int64(time.Hour))
	f.Fuzz(func(t *testing.T, namespace, name, url, ref, provider, account, mode, path string, interval, timeout int64) {
		repo, err := flux.GitRepository(namespace, name, url, flux.Branch(ref), flux.Tag(ref), flux.SemVer(ref),
			flux.Interval(interval), flux.Timeout(timeout), flux.AuthProvider(provider), flux.ServiceAccount(account),
			flux.VerifyGit{Mode: sourcev1.GitVerificationMode(mode), SecretRef: meta.LocalObjectReference{Name: name}},
			flux.SparseCheckout{path}, flux.Labels{ref: account}, flux.Annotations{ref: account})
		acceptedByCRD(t, repo, err)
	})
}

func FuzzOCIRepository(f *testing.F) {
	f.Add("dev-team", "apps", "oci://ghcr.io/org/apps", digest, "gcp", "puller", "extract", "cosign", int64(time.Minute), int64(time.Second))
	f.Fuzz(func(t *testing.T, namespace, name, url, ref, provider, account, operation, verify string, interval, timeout int64) {
		repo, err := flux.OCIRepository(namespace, name, url, flux.Digest(ref), flux.SemVer(ref), flux.SemVerFilter(ref),
			flux.Interval(interval), flux.Timeout(timeout), flux.AuthProvider(provider), flux.ServiceAccount(account),
			flux.Layer{MediaType: ref, Operation: operation},
			flux.VerifyOCI{Provider: verify, MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{Issuer: ref, Subject: ref}}})
		acceptedByCRD(t, repo, err)
	})
}

func FuzzKustomization(f *testing.F) {
	f.Add("dev-team", "apps", "dev-team", "sops", "./apps", "Orphan", "region", "dev-", int64(time.Minute), int64(time.Hour))
	f.Fuzz(func(t *testing.T, namespace, name, other, provider, path, policy, variable, affix string, interval, timeout int64) {
		source := &sourcev1.GitRepository{ObjectMeta: metav1.ObjectMeta{Namespace: other, Name: name}}
		ks, err := flux.Kustomization(namespace, name, flux.From(source), flux.Path(path), flux.TargetNamespace(other),
			flux.Interval(interval), flux.Timeout(timeout), flux.RetryInterval(timeout), flux.ServiceAccount(other),
			flux.Decryption{Provider: provider}, flux.DeletionPolicy(policy), flux.NamePrefix(affix), flux.NameSuffix(affix),
			flux.Substitute{variable: affix}, flux.SubstituteFrom{{Kind: policy, Name: other}}, flux.SubstituteStrategy(policy),
			flux.CommonLabels{variable: affix}, flux.Components{path}, flux.IgnoreChanges{{Paths: []string{path}}},
			flux.KubeConfig{SecretRef: &meta.SecretKeyReference{Name: other, Key: variable}})
		acceptedByCRD(t, ks, err)
	})
}
