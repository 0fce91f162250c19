package flux_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var ociRepository = buildtest.Kind[*sourcev1.OCIRepository]{
	Build: func(obj *sourcev1.OCIRepository) (*sourcev1.OCIRepository, error) {
		return flux.OCIRepository(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *sourcev1.OCIRepository) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.OCIRepository{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
		Spec:       sourcev1.OCIRepositorySpec{URL: "oci://ghcr.io/org/apps"},
	},
	Default: func(obj *sourcev1.OCIRepository) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultSourceInterval
		}
		if verify := obj.Spec.Verify; verify != nil && verify.Provider == "" {
			verify.Provider = "cosign"
		}
	},
	Accepts: []string{
		`spec: {verify: {provider: "", secretRef: {name: cosign}}}`,
		`spec: {interval: 5m}`,
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {ref: {tag: v1.0.0}}`,
		`spec: {ref: {semver: ">=1.0.0"}}`,
		`spec: {ref: {semverFilter: ".*-rc.*"}}`,
		`spec: {ref: {digest: "sha256:9d2bd1eb3ff8fd9a7e2b7f1d8a4c0f6f5f5b2fd2c9ee4f0b4b2f1f3c5d7e9a1b"}}`,
		`spec: {secretRef: {name: registry}}`,
		`spec: {certSecretRef: {name: tls}}`,
		`spec: {proxySecretRef: {name: proxy}}`,
		`spec: {serviceAccountName: puller}`,
		`spec: {provider: gcp, url: oci://europe-docker.pkg.dev/org/apps}`,
		`spec: {ignore: "/docs\n"}`,
		`spec: {insecure: true}`,
		`spec: {layerSelector: {mediaType: "application/vnd.cncf.helm.chart.content.v1.tar+gzip", operation: copy}}`,
		`spec: {verify: {matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}], provider: cosign, trustedRootSecretRef: {name: root}}}`,
		`spec: {provider: aws, url: oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/apps}`,
		`spec: {provider: aws, url: oci://public.ecr.aws/org/apps}`,
		`spec: {provider: aws, serviceAccountName: with-pull-secrets}`,
		`spec: {provider: azure}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "https",
			Change: `spec: {url: https://ghcr.io/org/apps}`,
			Faults: []string{`spec.url: Invalid value: "https://ghcr.io/org/apps": must start with oci://`},
		},
		{
			Name:   "durations",
			Change: `spec: {interval: "-1s", timeout: 2h}`,
			Faults: []string{
				`spec.interval: Invalid value: "-1s": must be greater than 0s`,
				`spec.timeout: Invalid value: "2h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
			},
		},
		{
			Name:   "provider",
			Change: `spec: {provider: github}`,
			Faults: []string{`spec.provider: Unsupported value: "github": supported values: "generic", "aws", "azure", "gcp"`},
		},
		{
			Name:   "names",
			Change: `spec: {certSecretRef: {name: ""}, proxySecretRef: {name: ""}, secretRef: {name: "a b"}, serviceAccountName: a_b}`,
			Faults: []string{
				`spec.secretRef.name: Invalid value: "a b": ` + notSubdomain,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
				`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
			},
			Stricter: "no such objects can exist",
		},
		{
			Name:   "reference",
			Change: `spec: {ref: {digest: "9d2bd1eb", semver: x.y, semverFilter: "("}}`,
			Faults: []string{
				`spec.ref.semver: Invalid value: "x.y": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				"spec.ref.semverFilter: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
				`spec.ref.digest: Invalid value: "9d2bd1eb": must be sha256: and 64 hexadecimal digits`,
			},
			Stricter: "the controller fails to parse them",
		},
		{
			Name:   "layer",
			Change: `spec: {layerSelector: {operation: untar}}`,
			Faults: []string{`spec.layerSelector.operation: Unsupported value: "untar": supported values: "extract", "copy"`},
		},
		{
			Name:   "verification",
			Change: `spec: {verify: {matchOIDCIdentity: [{issuer: "[", subject: ""}], provider: gpg, secretRef: {name: ""}, trustedRootSecretRef: {name: ""}}}`,
			Faults: []string{
				`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
				`spec.verify.secretRef.name: Required value`,
				`spec.verify.trustedRootSecretRef.name: Required value`,
				"spec.verify.matchOIDCIdentity[0].issuer: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
				`spec.verify.matchOIDCIdentity[0].subject: Required value`,
				`spec.verify.matchOIDCIdentity: Forbidden: is ignored where secretRef has the keys`,
				`spec.verify.trustedRootSecretRef: Forbidden: is ignored where secretRef has the keys`,
			},
		},
		{
			Name:     "anybody may sign",
			Change:   `spec: {verify: {provider: cosign}}`,
			Faults:   []string{`spec.verify.secretRef: Required value: without a key and an identity anybody may have signed`},
			Stricter: "any signer passes, or none can",
		},
		{
			Name:     "two identities",
			Change:   `spec: {verify: {provider: cosign, matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}, {issuer: "^b$", subject: "^b$"}]}}`,
			Faults:   []string{`spec.verify.matchOIDCIdentity: Invalid value: 2: must be one: join its regular expressions with |`},
			Stricter: "cosign rejects more than one in its bundles",
		},
		{
			Name:     "key and identity",
			Change:   `spec: {verify: {provider: cosign, secretRef: {name: cosign}, matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}]}}`,
			Faults:   []string{`spec.verify.matchOIDCIdentity: Forbidden: is ignored where secretRef has the keys`},
			Stricter: "the identity is ignored",
		},
		{
			Name:     "tag in the URL",
			Change:   `spec: {url: "oci://ghcr.io/org/apps:1.2.3"}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/org/apps:1.2.3": must not have a tag or digest`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "digest in the URL",
			Change:   `spec: {url: "oci://ghcr.io/org/apps@sha256:abc"}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/org/apps@sha256:abc": must not have a tag or digest`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "capitals",
			Change:   `spec: {url: oci://ghcr.io/Org/apps}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/Org/apps": must be the name of a repository: host/path, the path of 2 to 255 characters, in lower case`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "query",
			Change:   `spec: {url: "oci://ghcr.io/org/apps?x=hunter2"}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io/org/apps?REDACTED": must not have a query or a fragment`},
			Stricter: "the controller stalls",
		},
		{
			Name:     "a host alone",
			Change:   `spec: {url: oci://ghcr.io}`,
			Faults:   []string{`spec.url: Invalid value: "oci://ghcr.io": must have a repository after the host, such as oci://ghcr.io/org/app`},
			Stricter: "the controller looks for it at Docker Hub",
		},
		{
			Name:   "tag and digest",
			Change: `spec: {ref: {tag: v1+build, digest: "sha256:abc"}}`,
			Faults: []string{
				`spec.ref.tag: Invalid value: "v1+build": must match ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`,
				`spec.ref.digest: Invalid value: "sha256:abc": must be sha256: and 64 hexadecimal digits`,
			},
			Stricter: "no registry has them",
		},
		{
			Name:     "a registry of another cloud",
			Change:   `spec: {provider: gcp, url: oci://123456789012.dkr.ecr.eu-west-1.amazonaws.com/apps}`,
			Faults:   []string{`spec.provider: Invalid value: "gcp": gives no access to 123456789012.dkr.ecr.eu-west-1.amazonaws.com`},
			Stricter: "the controller fails to authenticate",
		},
	},
}

func TestOCIRepository(t *testing.T) { ociRepository.Test(t) }
