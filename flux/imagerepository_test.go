package flux_test

import (
	"slices"
	"testing"
	"time"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type imageRepoOption = flux.ImageRepositoryOption

var imageRepository = kind[*reflectorv1.ImageRepository, imageRepoOption]{
	Kind: buildtest.Kind[*reflectorv1.ImageRepository, imageRepoOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...imageRepoOption) (*reflectorv1.ImageRepository, error) {
			return flux.ImageRepository("dev-team", "app", "ghcr.io/org/app", opts...)
		},
		Func:    func(f func(*reflectorv1.ImageRepository) error) imageRepoOption { return flux.ImageRepositoryFunc(f) },
		NilFunc: flux.ImageRepositoryFunc(nil),
		Options: []buildtest.Sets[imageRepoOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SecretRef("registry"), YAML: `spec: {secretRef: {name: registry}}`},
			{Option: flux.CertSecretRef("tls"), YAML: `spec: {certSecretRef: {name: tls}}`},
			{Option: flux.ProxySecretRef("proxy"), YAML: `spec: {proxySecretRef: {name: proxy}}`},
			{Option: flux.ServiceAccount("puller"), YAML: `spec: {serviceAccountName: puller}`},
			{Option: flux.AuthProvider("azure"), YAML: `spec: {provider: azure}`},
			{Option: flux.Insecure(true), YAML: `spec: {insecure: true}`},
			{Option: flux.ExcludeTags{"^.*-rc$"}, YAML: `spec: {exclusionList: ["^.*-rc$"]}`},
			{Option: flux.AccessFrom{"team": "dev"}, YAML: `spec: {accessFrom: {namespaceSelectors: [{matchLabels: {team: dev}}]}}`},
		},
		Invalid: []buildtest.Refuses[imageRepoOption]{
			{
				Name:    "no image",
				Options: buildtest.With(image("")),
				Faults:  []string{`spec.image: Required value`},
			},
			{
				Name:     "scheme",
				Options:  buildtest.With(image("https://user:hunter2@ghcr.io/org/app")),
				Faults:   []string{`spec.image: Invalid value: "https://REDACTED@ghcr.io/org/app": must not have a scheme`},
				Stricter: "the controller stalls",
			},
			{
				Name:     "tag",
				Options:  buildtest.With(image("localhost:5000/app:v1")),
				Faults:   []string{`spec.image: Invalid value: "localhost:5000/app:v1": must not have a tag or digest`},
				Stricter: "the controller stalls",
			},
			{
				Name:     "case",
				Options:  buildtest.With(image("ghcr.io/Org/app")),
				Faults:   []string{`spec.image: Invalid value: "ghcr.io/Org/app": must be the name of an image: host/path, in lower case`},
				Stricter: "the controller stalls",
			},
			{
				Name:    "durations, provider, tags",
				Options: buildtest.With[imageRepoOption](flux.Interval(0), flux.Timeout(time.Hour), flux.AuthProvider("github"), flux.ExcludeTags(slices.Repeat([]string{"a"}, 26)), flux.ExcludeTags{"("}),
				Faults: []string{
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
					`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
					`spec.exclusionList: Too many: 27: must have at most 25 items`,
					"spec.exclusionList[26]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
				},
			},
			{
				Name:    "names",
				Options: buildtest.With[imageRepoOption](flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef(""), flux.ServiceAccount("A"), flux.AccessFrom{}, flux.AccessFrom{"a": "b c"}),
				Faults: []string{
					`spec.secretRef.name: Required value`,
					`spec.certSecretRef.name: Required value`,
					`spec.proxySecretRef.name: Required value`,
					`spec.serviceAccountName: Invalid value: "A": ` + notSubdomain,
					`spec.accessFrom.namespaceSelectors[0].matchLabels: Required value: without a label every namespace is selected`,
					`spec.accessFrom.namespaceSelectors[1].matchLabels: Invalid value: "b c": ` + notLabelValue,
				},
				Stricter: "no such objects can exist; an empty selector selects every namespace",
			},
		},
	},
}

func TestImageRepository(t *testing.T) { imageRepository.Test(t) }

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
