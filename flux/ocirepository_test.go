package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type ociOption = flux.OCIRepositoryOption

const digest = "sha256:9d2bd1eb3ff8fd9a7e2b7f1d8a4c0f6f5f5b2fd2c9ee4f0b4b2f1f3c5d7e9a1b"

var ociRepository = kind[*sourcev1.OCIRepository, ociOption]{
	Kind: buildtest.Kind[*sourcev1.OCIRepository, ociOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...ociOption) (*sourcev1.OCIRepository, error) {
			return flux.OCIRepository("dev-team", "apps", "oci://ghcr.io/org/apps", opts...)
		},
		Func: func(f func(*sourcev1.OCIRepository) error) ociOption {
			return flux.OCIRepositoryFunc(f)
		},
		NilFunc: flux.OCIRepositoryFunc(nil),
		Options: []buildtest.Sets[ociOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.Tag("v1.0.0"), YAML: `spec: {ref: {tag: v1.0.0}}`},
			{Option: flux.SemVer(">=1.0.0"), YAML: `spec: {ref: {semver: ">=1.0.0"}}`},
			{Option: flux.SemVerFilter(".*-rc.*"), YAML: `spec: {ref: {semverFilter: ".*-rc.*"}}`},
			{Option: flux.Digest(digest), YAML: `spec: {ref: {digest: "` + digest + `"}}`},
			{Option: flux.SecretRef("registry"), YAML: `spec: {secretRef: {name: registry}}`},
			{Option: flux.CertSecretRef("tls"), YAML: `spec: {certSecretRef: {name: tls}}`},
			{Option: flux.ProxySecretRef("proxy"), YAML: `spec: {proxySecretRef: {name: proxy}}`},
			{Option: flux.ServiceAccount("puller"), YAML: `spec: {serviceAccountName: puller}`},
			{Option: flux.AuthProvider("gcp"), YAML: `spec: {provider: gcp}`},
			{Option: flux.Ignore("/docs\n"), YAML: `spec: {ignore: "/docs\n"}`},
			{Option: flux.Insecure(true), YAML: `spec: {insecure: true}`},
			{
				Option: flux.Layer{MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: "copy"},
				YAML:   `spec: {layerSelector: {mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy}}`,
			},
			{
				Option: flux.VerifyOCI{
					SecretRef:            &meta.LocalObjectReference{Name: "cosign"},
					TrustedRootSecretRef: &meta.LocalObjectReference{Name: "root"},
					MatchOIDCIdentity:    []sourcev1.OIDCIdentityMatch{{Issuer: "^https://token", Subject: "^https://github"}},
				},
				YAML: `spec: {verify: {provider: cosign, secretRef: {name: cosign}, trustedRootSecretRef: {name: root},
			  matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}]}}`,
			},
		},
		Invalid: []buildtest.Refuses[ociOption]{
			{
				Name:    "https",
				Options: buildtest.With(ociURL("https://ghcr.io/org/apps")),
				Faults:  []string{`spec.url: Invalid value: "https://ghcr.io/org/apps": must start with oci://`},
			},
			{
				Name:    "durations",
				Options: buildtest.With[ociOption](flux.Interval(-time.Second), flux.Timeout(2*time.Hour)),
				Faults: []string{
					`spec.interval: Invalid value: "-1s": must be greater than 0s`,
					`spec.timeout: Invalid value: "2h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				},
			},
			{
				Name:    "provider",
				Options: buildtest.With[ociOption](flux.AuthProvider("github")),
				Faults:  []string{`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`},
			},
			{
				Name:    "names",
				Options: buildtest.With[ociOption](flux.SecretRef("a b"), flux.CertSecretRef(""), flux.ProxySecretRef(""), flux.ServiceAccount("a_b")),
				Faults: []string{
					`spec.secretRef.name: Invalid value: "a b": ` + notSubdomain,
					`spec.certSecretRef.name: Required value`,
					`spec.proxySecretRef.name: Required value`,
					`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
				},
				Stricter: "no such objects can exist",
			},
			{
				Name:    "reference",
				Options: buildtest.With[ociOption](flux.SemVer("x.y"), flux.SemVerFilter("("), flux.Digest("9d2bd1eb")),
				Faults: []string{
					`spec.ref.semver: Invalid value: "x.y": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
					"spec.ref.semverFilter: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
					`spec.ref.digest: Invalid value: "9d2bd1eb": must have the form sha256:<hex>`,
				},
				Stricter: "the controller fails to parse them",
			},
			{
				Name:    "layer",
				Options: buildtest.With[ociOption](flux.Layer{Operation: "untar"}),
				Faults:  []string{`spec.layerSelector.operation: Unsupported value: "untar": supported values: "extract", "copy"`},
			},
			{
				Name: "verification",
				Options: buildtest.With[ociOption](flux.VerifyOCI{
					Provider:             "gpg",
					SecretRef:            &meta.LocalObjectReference{},
					TrustedRootSecretRef: &meta.LocalObjectReference{},
					MatchOIDCIdentity:    []sourcev1.OIDCIdentityMatch{{Issuer: "["}},
				}),
				Faults: []string{
					`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
					`spec.verify.secretRef.name: Required value`,
					`spec.verify.trustedRootSecretRef.name: Required value`,
					"spec.verify.matchOIDCIdentity[0].issuer: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
					`spec.verify.matchOIDCIdentity[0].subject: Required value`,
				},
			},
		},
	},
}

func TestOCIRepository(t *testing.T) { ociRepository.Test(t) }

func ociURL(url string) ociOption {
	return flux.OCIRepositoryFunc(func(repo *sourcev1.OCIRepository) error { repo.Spec.URL = url; return nil })
}
