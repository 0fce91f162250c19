package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type ociOption = flux.OCIRepositoryOption

const digest = "sha256:9d2bd1eb3ff8fd9a7e2b7f1d8a4c0f6f5f5b2fd2c9ee4f0b4b2f1f3c5d7e9a1b"

var ociRepository = kind[*sourcev1.OCIRepository, ociOption]{
	build: func(opts ...ociOption) (*sourcev1.OCIRepository, error) {
		return flux.OCIRepository("dev-team", "apps", "oci://ghcr.io/org/apps", opts...)
	},
	fn: func(f func(*sourcev1.OCIRepository) error) ociOption {
		return flux.OCIRepositoryFunc(f)
	},
	nilFunc: flux.OCIRepositoryFunc(nil),
	options: []sets[ociOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.Tag("v1.0.0"), `spec: {ref: {tag: v1.0.0}}`},
		{flux.SemVer(">=1.0.0"), `spec: {ref: {semver: ">=1.0.0"}}`},
		{flux.SemVerFilter(".*-rc.*"), `spec: {ref: {semverFilter: ".*-rc.*"}}`},
		{flux.Digest(digest), `spec: {ref: {digest: "` + digest + `"}}`},
		{flux.SecretRef("registry"), `spec: {secretRef: {name: registry}}`},
		{flux.CertSecretRef("tls"), `spec: {certSecretRef: {name: tls}}`},
		{flux.ProxySecretRef("proxy"), `spec: {proxySecretRef: {name: proxy}}`},
		{flux.ServiceAccount("puller"), `spec: {serviceAccountName: puller}`},
		{flux.AuthProvider("gcp"), `spec: {provider: gcp}`},
		{flux.Ignore("/docs\n"), `spec: {ignore: "/docs\n"}`},
		{flux.Insecure(true), `spec: {insecure: true}`},
		{
			flux.Layer{MediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", Operation: "copy"},
			`spec: {layerSelector: {mediaType: application/vnd.cncf.helm.chart.content.v1.tar+gzip, operation: copy}}`,
		},
		{
			flux.VerifyOCI{
				SecretRef:            &meta.LocalObjectReference{Name: "cosign"},
				TrustedRootSecretRef: &meta.LocalObjectReference{Name: "root"},
				MatchOIDCIdentity:    []sourcev1.OIDCIdentityMatch{{Issuer: "^https://token", Subject: "^https://github"}},
			},
			`spec: {verify: {provider: cosign, secretRef: {name: cosign}, trustedRootSecretRef: {name: root},
			  matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}]}}`,
		},
	},
	invalid: []refuses[ociOption]{
		{
			name:    "https",
			options: with(ociURL("https://ghcr.io/org/apps")),
			faults:  []string{`spec.url: Invalid value: "https://ghcr.io/org/apps": must start with oci://`},
		},
		{
			name:    "durations",
			options: with[ociOption](flux.Interval(-time.Second), flux.Timeout(2*time.Hour)),
			faults: []string{
				`spec.interval: Invalid value: "-1s": must be greater than 0s`,
				`spec.timeout: Invalid value: "2h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
			},
		},
		{
			name:    "provider",
			options: with[ociOption](flux.AuthProvider("github")),
			faults:  []string{`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`},
		},
		{
			name:    "names",
			options: with[ociOption](flux.SecretRef("a b"), flux.CertSecretRef(""), flux.ProxySecretRef(""), flux.ServiceAccount("a_b")),
			faults: []string{
				`spec.secretRef.name: Invalid value: "a b": ` + notSubdomain,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
				`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
			},
			stricter: "no such objects can exist",
		},
		{
			name:    "reference",
			options: with[ociOption](flux.SemVer("x.y"), flux.SemVerFilter("("), flux.Digest("9d2bd1eb")),
			faults: []string{
				`spec.ref.semver: Invalid value: "x.y": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				"spec.ref.semverFilter: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
				`spec.ref.digest: Invalid value: "9d2bd1eb": must have the form sha256:<hex>`,
			},
			stricter: "the controller fails to parse them",
		},
		{
			name:    "layer",
			options: with[ociOption](flux.Layer{Operation: "untar"}),
			faults:  []string{`spec.layerSelector.operation: Unsupported value: "untar": supported values: "extract", "copy"`},
		},
		{
			name: "verification",
			options: with[ociOption](flux.VerifyOCI{
				Provider:             "gpg",
				SecretRef:            &meta.LocalObjectReference{},
				TrustedRootSecretRef: &meta.LocalObjectReference{},
				MatchOIDCIdentity:    []sourcev1.OIDCIdentityMatch{{Issuer: "["}},
			}),
			faults: []string{
				`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
				`spec.verify.secretRef.name: Required value`,
				`spec.verify.trustedRootSecretRef.name: Required value`,
				"spec.verify.matchOIDCIdentity[0].issuer: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
				`spec.verify.matchOIDCIdentity[0].subject: Required value`,
			},
		},
	},
}

func TestOCIRepository(t *testing.T) { ociRepository.test(t) }

func ociURL(url string) ociOption {
	return flux.OCIRepositoryFunc(func(repo *sourcev1.OCIRepository) error { repo.Spec.URL = url; return nil })
}
