package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type helmRepoOption = flux.HelmRepositoryOption

var helmRepository = kind[*sourcev1.HelmRepository, helmRepoOption]{
	build: func(opts ...helmRepoOption) (*sourcev1.HelmRepository, error) {
		return flux.HelmRepository("dev-team", "charts", "oci://ghcr.io/org/charts", opts...)
	},
	fn:      func(f func(*sourcev1.HelmRepository) error) helmRepoOption { return flux.HelmRepositoryFunc(f) },
	nilFunc: flux.HelmRepositoryFunc(nil),
	options: []sets[helmRepoOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SecretRef("charts"), `spec: {secretRef: {name: charts}}`},
		{flux.CertSecretRef("tls"), `spec: {certSecretRef: {name: tls}}`},
		{flux.AuthProvider("aws"), `spec: {provider: aws}`},
		{flux.Insecure(true), `spec: {insecure: true}`},
		{flux.PassCredentials(true), `spec: {passCredentials: true}`},
	},
	invalid: []refuses[helmRepoOption]{
		{
			name:    "URL",
			options: with(helmURL("s3://charts", "")),
			faults:  []string{`spec.url: Invalid value: "s3://charts": must start with http://, https://`},
		},
		{
			name:     "URL of the other type",
			options:  with(helmURL("https://charts.example.com", "oci")),
			faults:   []string{`spec.url: Invalid value: "https://charts.example.com": must start with oci://`},
			stricter: "the controller does not reconcile it",
		},
		{
			name:    "type",
			options: with(helmURL("https://charts.example.com", "index")),
			faults:  []string{`spec.type: Unsupported value: "index": supported values: "default", "oci"`},
		},
		{
			name:    "durations, provider",
			options: with[helmRepoOption](flux.Interval(time.Microsecond), flux.Timeout(time.Hour), flux.AuthProvider("github")),
			faults: []string{
				`spec.interval: Invalid value: "1µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
			},
		},
		{
			name:     "what only registries have",
			options:  with[helmRepoOption](helmURL("https://charts.example.com", ""), flux.Insecure(true), flux.AuthProvider("gcp")),
			faults:   []string{`spec.insecure: Forbidden: is heeded only when type is "oci"`, `spec.provider: Forbidden: is heeded only when type is "oci"`},
			stricter: "Flux ignores both without a word",
		},
		{
			name:     "empty references",
			options:  with[helmRepoOption](flux.SecretRef(""), flux.CertSecretRef("")),
			faults:   []string{`spec.secretRef.name: Required value`, `spec.certSecretRef.name: Required value`},
			stricter: "the controller would look for a Secret without a name",
		},
		{
			name:    "access for nobody",
			options: with(helmAccess(acl.AccessFrom{})),
			faults:  []string{`spec.accessFrom.namespaceSelectors: Required value`},
		},
		{
			name:     "access for everybody",
			options:  with(helmAccess(acl.AccessFrom{NamespaceSelectors: []acl.NamespaceSelector{{}}})),
			faults:   []string{`spec.accessFrom.namespaceSelectors[0].matchLabels: Required value: without a label every namespace is selected`},
			stricter: "an empty selector selects every namespace",
		},
	},
}

func TestHelmRepository(t *testing.T) { helmRepository.test(t) }

// Only a URL that starts with oci:// is a registry.
func TestHelmRepositoryType(t *testing.T) {
	repo, err := flux.HelmRepository("dev-team", "charts", "https://charts.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if repo.Spec.Type != "" {
		t.Errorf("type of an index = %q, want none", repo.Spec.Type)
	}
	checkCRD(t, repo)
	if got := helmRepository.must(t).Spec.Type; got != "oci" {
		t.Errorf("type of a registry = %q, want oci", got)
	}
}

func helmURL(url, repositoryType string) helmRepoOption {
	return flux.HelmRepositoryFunc(func(repo *sourcev1.HelmRepository) error {
		repo.Spec.URL, repo.Spec.Type = url, repositoryType
		return nil
	})
}

func helmAccess(from acl.AccessFrom) helmRepoOption {
	return flux.HelmRepositoryFunc(func(repo *sourcev1.HelmRepository) error {
		repo.Spec.AccessFrom = &from
		return nil
	})
}
