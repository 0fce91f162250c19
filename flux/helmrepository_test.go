package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type helmRepoOption = flux.HelmRepositoryOption

var helmRepository = kind[*sourcev1.HelmRepository, helmRepoOption]{
	Kind: buildtest.Kind[*sourcev1.HelmRepository, helmRepoOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...helmRepoOption) (*sourcev1.HelmRepository, error) {
			return flux.HelmRepository("dev-team", "charts", "oci://ghcr.io/org/charts", opts...)
		},
		Func:    func(f func(*sourcev1.HelmRepository) error) helmRepoOption { return flux.HelmRepositoryFunc(f) },
		NilFunc: flux.HelmRepositoryFunc(nil),
		Options: []buildtest.Sets[helmRepoOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SecretRef("charts"), YAML: `spec: {secretRef: {name: charts}}`},
			{Option: flux.CertSecretRef("tls"), YAML: `spec: {certSecretRef: {name: tls}}`},
			{Option: flux.AuthProvider("aws"), YAML: `spec: {provider: aws}`},
			{Option: flux.Insecure(true), YAML: `spec: {insecure: true}`},
			{Option: flux.PassCredentials(true), YAML: `spec: {passCredentials: true}`},
		},
		Invalid: []buildtest.Refuses[helmRepoOption]{
			{
				Name:    "URL",
				Options: buildtest.With(helmURL("s3://charts", "")),
				Faults:  []string{`spec.url: Invalid value: "s3://charts": must start with http://, https://`},
			},
			{
				Name:     "URL of the other type",
				Options:  buildtest.With(helmURL("https://charts.example.com", "oci")),
				Faults:   []string{`spec.url: Invalid value: "https://charts.example.com": must start with oci://`},
				Stricter: "the controller does not reconcile it",
			},
			{
				Name:    "type",
				Options: buildtest.With(helmURL("https://charts.example.com", "index")),
				Faults:  []string{`spec.type: Unsupported value: "index": supported values: "default", "oci"`},
			},
			{
				Name:    "durations, provider",
				Options: buildtest.With[helmRepoOption](flux.Interval(time.Microsecond), flux.Timeout(time.Hour), flux.AuthProvider("github")),
				Faults: []string{
					`spec.interval: Invalid value: "1µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
					`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
					`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
				},
			},
			{
				Name:     "what only registries have",
				Options:  buildtest.With[helmRepoOption](helmURL("https://charts.example.com", ""), flux.Insecure(true), flux.AuthProvider("gcp")),
				Faults:   []string{`spec.insecure: Forbidden: is heeded only when type is "oci"`, `spec.provider: Forbidden: is heeded only when type is "oci"`},
				Stricter: "Flux ignores both without a word",
			},
			{
				Name:     "empty references",
				Options:  buildtest.With[helmRepoOption](flux.SecretRef(""), flux.CertSecretRef("")),
				Faults:   []string{`spec.secretRef.name: Required value`, `spec.certSecretRef.name: Required value`},
				Stricter: "the controller would look for a Secret without a name",
			},
			{
				Name:    "access for nobody",
				Options: buildtest.With(helmAccess(acl.AccessFrom{})),
				Faults:  []string{`spec.accessFrom.namespaceSelectors: Required value`},
			},
			{
				Name:     "access for everybody",
				Options:  buildtest.With(helmAccess(acl.AccessFrom{NamespaceSelectors: []acl.NamespaceSelector{{}}})),
				Faults:   []string{`spec.accessFrom.namespaceSelectors[0].matchLabels: Required value: without a label every namespace is selected`},
				Stricter: "an empty selector selects every namespace",
			},
		},
	},
}

func TestHelmRepository(t *testing.T) { helmRepository.Test(t) }

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
	if got := helmRepository.Must(t).Spec.Type; got != "oci" {
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
