package flux_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var helmChart = buildtest.Kind[*sourcev1.HelmChart]{
	Build: func(obj *sourcev1.HelmChart) (*sourcev1.HelmChart, error) {
		return flux.HelmChart(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *sourcev1.HelmChart) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.HelmChart{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"},
		Spec: sourcev1.HelmChartSpec{
			Chart:     "podinfo",
			SourceRef: sourcev1.LocalHelmChartSourceReference{Kind: "HelmRepository", Name: "other"},
		},
	},
	Default: func(obj *sourcev1.HelmChart) {
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
		`spec: {suspend: true}`,
		`spec: {sourceRef: {kind: GitRepository}}`,
		`spec: {sourceRef: {kind: Bucket}}`,
		`spec: {version: ">=6.0.0 <7.0.0"}`,
		`spec: {version: "2025.01.02"}`,
		`spec: {reconcileStrategy: Revision}`,
		`spec: {valuesFiles: [values.yaml, values-prod.yaml]}`,
		`spec: {ignoreMissingValuesFiles: true}`,
		`spec: {verify: {matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}], provider: cosign}}`,
		`spec: {verify: {provider: notation, secretRef: {name: notation}}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "no source, no chart",
			Change: `spec: {chart: "", sourceRef: {kind: "", name: ""}}`,
			Faults: []string{
				`spec.sourceRef: Required value`,
				`spec.chart: Required value`,
			},
		},
		{
			Name:   "a source that holds no charts",
			Change: `spec: {sourceRef: {kind: OCIRepository}}`,
			Faults: []string{`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "HelmRepository", "GitRepository", "Bucket"`},
		},
		{
			Name:     "name of the chart",
			Change:   `spec: {chart: Podinfo}`,
			Faults:   []string{`spec.chart: Invalid value: "Podinfo": must be a name in the repository: lower case letters, digits, -, / and .`},
			Stricter: "the controller refuses it",
		},
		{
			Name:   "path of the chart",
			Change: `spec: {chart: /../charts, sourceRef: {kind: Bucket}}`,
			Faults: []string{
				`spec.chart: Invalid value: "/../charts": must not contain ".."`,
				`spec.chart: Invalid value: "/../charts": must be a path relative to the root of the source`,
			},
			Stricter: "the controller refuses it",
		},
		{
			Name:     "version",
			Change:   `spec: {version: latest}`,
			Faults:   []string{`spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`},
			Stricter: "the controller refuses it",
		},
		{
			Name:   "interval, strategy, values files",
			Change: `spec: {interval: "-1m", reconcileStrategy: Always, valuesFiles: ["", ../values.yaml]}`,
			Faults: []string{
				`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
				`spec.reconcileStrategy: Unsupported value: "Always": supported values: "ChartVersion", "Revision"`,
				`spec.valuesFiles[0]: Required value`,
				`spec.valuesFiles[1]: Invalid value: "../values.yaml": must not contain ".."`,
			},
		},
		{
			Name:   "verification",
			Change: `spec: {verify: {matchOIDCIdentity: [{issuer: "", subject: ""}], provider: gpg, secretRef: {name: ""}}}`,
			Faults: []string{
				`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
				`spec.verify.secretRef.name: Required value`,
				`spec.verify.matchOIDCIdentity[0].issuer: Required value`,
				`spec.verify.matchOIDCIdentity[0].subject: Required value`,
				`spec.verify.matchOIDCIdentity: Forbidden: is ignored where secretRef has the keys`,
			},
		},
		{
			Name:   "verification of a chart in git",
			Change: `spec: {sourceRef: {kind: GitRepository}, verify: {provider: cosign, secretRef: {name: cosign}}}`,
			Faults: []string{`spec.verify: Forbidden: is supported only for charts from a HelmRepository`},
		},
		{
			Name:     "notation without keys",
			Change:   `spec: {verify: {provider: notation}}`,
			Faults:   []string{`spec.verify.secretRef: Required value: when provider is notation`},
			Stricter: "the trust policy lies in the Secret",
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
			Name:   "values that are not the chart's",
			Change: `spec: {valuesFiles: [/values.yaml, "https://host/values.yaml"]}`,
			Faults: []string{
				`spec.valuesFiles[0]: Invalid value: "/values.yaml": must be relative to the chart`,
				`spec.valuesFiles[1]: Invalid value: "https://host/values.yaml": must be a path in the source, not a URL`,
			},
			Stricter: "the controller finds no such file",
		},
		{
			Name:   "backslashed paths",
			Change: `spec: {sourceRef: {kind: GitRepository}, chart: ".\\chart", valuesFiles: ["a\\b.yaml"]}`,
			Faults: []string{
				`spec.chart: Invalid value: ".\\chart": must have / between directories, not a backslash`,
				`spec.valuesFiles[0]: Invalid value: "a\\b.yaml": must have / between directories, not a backslash`,
			},
			Stricter: "the controller finds no such file",
		},
	},
}

func TestHelmChart(t *testing.T) { helmChart.Test(t) }
