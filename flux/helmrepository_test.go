package flux_test

import (
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var helmRepository = buildtest.Kind[*sourcev1.HelmRepository]{
	Build: func(obj *sourcev1.HelmRepository) (*sourcev1.HelmRepository, error) {
		return flux.HelmRepository(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *sourcev1.HelmRepository) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.HelmRepository{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "charts"},
		Spec:       sourcev1.HelmRepositorySpec{URL: "oci://ghcr.io/org/charts"},
	},
	Default: func(obj *sourcev1.HelmRepository) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultSourceInterval
		}
		if obj.Spec.Type == "" && strings.HasPrefix(obj.Spec.URL, "oci://") {
			obj.Spec.Type = "oci"
		}
	},
	Accepts: []string{
		`spec: {url: https://charts.example.com}`, // an index: no type
		`spec: {interval: 5m}`,
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {secretRef: {name: charts}}`,
		`spec: {certSecretRef: {name: tls}}`,
		`spec: {provider: aws, secretRef: {name: charts}}`,
		`spec: {insecure: true}`,
		`spec: {passCredentials: true}`,
		`spec: {url: oci://ghcr.io}`,
		`spec: {url: oci://ghcr.io/org/}`,
		`spec: {provider: aws, url: oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/charts}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "URL",
			Change: `spec: {type: null, url: "s3://charts"}`,
			Faults: []string{`spec.url: Invalid value: "s3://charts": must start with http://, https://`},
		},
		{
			Name:     "URL of the other type",
			Change:   `spec: {type: oci, url: https://charts.example.com}`,
			Faults:   []string{`spec.url: Invalid value: "https://charts.example.com": must start with oci://`},
			Stricter: "the controller does not reconcile it",
		},
		{
			Name:   "type",
			Change: `spec: {type: index, url: https://charts.example.com}`,
			Faults: []string{`spec.type: Unsupported value: "index": supported values: "default", "oci"`},
		},
		{
			Name:   "durations, provider",
			Change: `spec: {interval: "1µs", provider: github, timeout: 1h}`,
			Faults: []string{
				`spec.interval: Invalid value: "1µs": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
			},
		},
		{
			Name:   "what only registries have",
			Change: `spec: {insecure: true, provider: gcp, type: null, url: https://charts.example.com}`,
			Faults: []string{
				`spec.insecure: Forbidden: is used only when type is "oci"`,
				`spec.provider: Forbidden: is used only when type is "oci"`,
			},
			Stricter: "Flux ignores both without a word",
		},
		{
			Name:   "empty references",
			Change: `spec: {certSecretRef: {name: ""}, secretRef: {name: ""}}`,
			Faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
			},
			Stricter: "the controller would look for a Secret without a name",
		},
		{
			Name:   "access for nobody",
			Change: `spec: {accessFrom: {namespaceSelectors: null}}`,
			Faults: []string{`spec.accessFrom.namespaceSelectors: Required value`},
		},
		{
			Name:     "access for everybody",
			Change:   `spec: {accessFrom: {namespaceSelectors: [{}]}}`,
			Faults:   []string{`spec.accessFrom.namespaceSelectors[0].matchLabels: Required value: without a label every namespace is selected`},
			Stricter: "an empty selector selects every namespace",
		},
		{
			Name:     "tag in the URL",
			Change:   `spec: {url: "oci://ghcr.io/org/charts:1.2.3"}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/org/charts:1.2.3": must not have a tag or digest`},
			Stricter: "no chart has such an address",
		},
		{
			Name:     "capitals",
			Change:   `spec: {url: oci://ghcr.io/Org}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/Org": must be the name of a repository: host/path, the path of 2 to 255 characters, in lower case`},
			Stricter: "no chart has such an address",
		},
		{
			Name:     "a registry of another cloud",
			Change:   `spec: {provider: aws}`,
			Faults:   []string{`spec.provider: Invalid value: "aws": gives no access to ghcr.io`},
			Stricter: "the controller fails to authenticate",
		},
	},
}

func TestHelmRepository(t *testing.T) { helmRepository.Test(t) }
