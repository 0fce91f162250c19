package flux_test

import (
	"slices"
	"testing"
	"time"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type imageRepoOption = flux.ImageRepositoryOption

var imageRepository = kind[*reflectorv1.ImageRepository, imageRepoOption]{
	build: func(opts ...imageRepoOption) (*reflectorv1.ImageRepository, error) {
		return flux.ImageRepository("dev-team", "app", "ghcr.io/org/app", opts...)
	},
	fn:      func(f func(*reflectorv1.ImageRepository) error) imageRepoOption { return flux.ImageRepositoryFunc(f) },
	nilFunc: flux.ImageRepositoryFunc(nil),
	options: []sets[imageRepoOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SecretRef("registry"), `spec: {secretRef: {name: registry}}`},
		{flux.CertSecretRef("tls"), `spec: {certSecretRef: {name: tls}}`},
		{flux.ProxySecretRef("proxy"), `spec: {proxySecretRef: {name: proxy}}`},
		{flux.ServiceAccount("puller"), `spec: {serviceAccountName: puller}`},
		{flux.AuthProvider("azure"), `spec: {provider: azure}`},
		{flux.Insecure(true), `spec: {insecure: true}`},
		{flux.ExcludeTags{"^.*-rc$"}, `spec: {exclusionList: ["^.*-rc$"]}`},
		{flux.AccessFrom{"team": "dev"}, `spec: {accessFrom: {namespaceSelectors: [{matchLabels: {team: dev}}]}}`},
	},
	invalid: []refuses[imageRepoOption]{
		{
			name:    "no image",
			options: with(image("")),
			faults:  []string{`spec.image: Required value`},
		},
		{
			name:     "scheme",
			options:  with(image("https://user:hunter2@ghcr.io/org/app")),
			faults:   []string{`spec.image: Invalid value: "https://REDACTED@ghcr.io/org/app": must not have a scheme`},
			stricter: "the controller stalls",
		},
		{
			name:     "tag",
			options:  with(image("localhost:5000/app:v1")),
			faults:   []string{`spec.image: Invalid value: "localhost:5000/app:v1": must not have a tag or digest`},
			stricter: "the controller stalls",
		},
		{
			name:     "case",
			options:  with(image("ghcr.io/Org/app")),
			faults:   []string{`spec.image: Invalid value: "ghcr.io/Org/app": must be the name of an image: host/path, in lower case`},
			stricter: "the controller stalls",
		},
		{
			name:    "durations, provider, tags",
			options: with[imageRepoOption](flux.Interval(0), flux.Timeout(time.Hour), flux.AuthProvider("github"), flux.ExcludeTags(slices.Repeat([]string{"a"}, 26)), flux.ExcludeTags{"("}),
			faults: []string{
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
				`spec.exclusionList: Too many: 27: must have at most 25 items`,
				"spec.exclusionList[26]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
			},
		},
		{
			name:    "names",
			options: with[imageRepoOption](flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef(""), flux.ServiceAccount("A"), flux.AccessFrom{}, flux.AccessFrom{"a": "b c"}),
			faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
				`spec.serviceAccountName: Invalid value: "A": ` + notSubdomain,
				`spec.accessFrom.namespaceSelectors[0].matchLabels: Required value: without a label every namespace is selected`,
				`spec.accessFrom.namespaceSelectors[1].matchLabels: Invalid value: "b c": ` + notLabelValue,
			},
			stricter: "no such objects can exist; an empty selector selects every namespace",
		},
	},
}

func TestImageRepository(t *testing.T) { imageRepository.test(t) }

func TestImageNames(t *testing.T) {
	for _, name := range []string{"nginx", "library/nginx", "ghcr.io/org/app", "localhost:5000/app", "r.example.com:443/a/b_c/d__e/f-g.h"} {
		if _, err := flux.ImageRepository("dev-team", "app", name); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	for _, name := range []string{"nginx:1", "nginx@sha256:abc", "ghcr.io/org/app/", "ghcr.io//app", "user:hunter2@ghcr.io/app", "a b", "-a", "ghcr.io/a..b/c-"} {
		if _, err := flux.ImageRepository("dev-team", "app", name); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func image(name string) imageRepoOption {
	return flux.ImageRepositoryFunc(func(repo *reflectorv1.ImageRepository) error { repo.Spec.Image = name; return nil })
}
