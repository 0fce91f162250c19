package flux_test

import (
	"testing"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var imageRepository = buildtest.Kind[*reflectorv1.ImageRepository]{
	Build: func(obj *reflectorv1.ImageRepository) (*reflectorv1.ImageRepository, error) {
		return flux.ImageRepository(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *reflectorv1.ImageRepository) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &reflectorv1.ImageRepository{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "app"},
		Spec:       reflectorv1.ImageRepositorySpec{Image: "ghcr.io/org/app"},
	},
	Default: func(obj *reflectorv1.ImageRepository) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultSourceInterval
		}
	},
	Accepts: []string{
		`spec: {interval: 5m}`,
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {secretRef: {name: registry}}`,
		`spec: {certSecretRef: {name: tls}}`,
		`spec: {proxySecretRef: {name: proxy}}`,
		`spec: {serviceAccountName: puller}`,
		`spec: {provider: azure}`,
		`spec: {insecure: true}`,
		`spec: {exclusionList: ["^.*-rc$"]}`,
		`spec: {accessFrom: {namespaceSelectors: [{matchLabels: {team: dev}}]}}`,
		`spec: {provider: gcp, image: gcr.io/org/app}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "no image",
			Change: `spec: {image: null}`,
			Faults: []string{`spec.image: Required value`},
		},
		{
			Name:     "scheme",
			Change:   `spec: {image: "https://user:hunter2@ghcr.io/org/app"}`,
			Faults:   []string{`spec.image: Invalid value: "https://REDACTED@ghcr.io/org/app": must not have a scheme`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "tag",
			Change:   `spec: {image: "localhost:5000/app:v1"}`,
			Faults:   []string{`spec.image: Invalid value: "localhost:5000/app:v1": must not have a tag or digest`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "case",
			Change:   `spec: {image: ghcr.io/Org/app}`,
			Faults:   []string{`spec.image: Invalid value: "ghcr.io/Org/app": must be the name of a repository: host/path, the path of 2 to 255 characters, in lower case`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "a host alone",
			Change:   `spec: {image: ghcr.io}`,
			Faults:   []string{`spec.image: Invalid value: "ghcr.io": must have a repository after the host, such as ghcr.io/org/app`},
			Stricter: "the controller looks for it at Docker Hub",
		},
		{
			Name:   "durations, provider, tags",
			Change: `spec: {exclusionList: [a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, "("], interval: "-1m", provider: github, timeout: 1h}`,
			Faults: []string{
				`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`,
				`spec.exclusionList: Too many: 27: must have at most 25 items`,
				"spec.exclusionList[26]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
			},
		},
		{
			Name:   "names",
			Change: `spec: {accessFrom: {namespaceSelectors: [{}, {matchLabels: {a: "b c"}}]}, certSecretRef: {name: ""}, proxySecretRef: {name: ""}, secretRef: {name: ""}, serviceAccountName: A}`,
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
		{
			Name:     "a registry of another cloud",
			Change:   `spec: {provider: gcp}`,
			Faults:   []string{`spec.provider: Invalid value: "gcp": gives no access to ghcr.io`},
			Stricter: "the controller fails to authenticate",
		},
	},
}

func TestImageRepository(t *testing.T) { imageRepository.Test(t) }
