package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type chartOption = flux.HelmChartOption

var helmChart = kind[*sourcev1.HelmChart, chartOption]{
	build: func(opts ...chartOption) (*sourcev1.HelmChart, error) {
		return flux.HelmChart("dev-team", "podinfo", flux.From(&sourcev1.HelmRepository{ObjectMeta: inDevTeam}), "podinfo", opts...)
	},
	fn:      func(f func(*sourcev1.HelmChart) error) chartOption { return flux.HelmChartFunc(f) },
	nilFunc: flux.HelmChartFunc(nil),
	options: []sets[chartOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), `spec: {sourceRef: {kind: GitRepository, name: other}}`},
		{flux.From(&sourcev1.Bucket{ObjectMeta: inDevTeam}), `spec: {sourceRef: {kind: Bucket, name: other}}`},
		{flux.Version(">=6.0.0 <7.0.0"), `spec: {version: ">=6.0.0 <7.0.0"}`},
		{flux.Version("2025.01.02"), `spec: {version: "2025.01.02"}`},
		{flux.ReconcileStrategy("Revision"), `spec: {reconcileStrategy: Revision}`},
		{flux.ValuesFiles{"values.yaml", "values-prod.yaml"}, `spec: {valuesFiles: [values.yaml, values-prod.yaml]}`},
		{flux.IgnoreMissingValuesFiles(true), `spec: {ignoreMissingValuesFiles: true}`},
		{
			flux.VerifyChart{
				SecretRef:         &meta.LocalObjectReference{Name: "cosign"},
				MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{Issuer: "^https://token", Subject: "^https://github"}},
			},
			`spec: {verify: {provider: cosign, secretRef: {name: cosign}, matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}]}}`,
		},
	},
	invalid: []refuses[chartOption]{
		{
			name:    "no source, no chart",
			options: with[chartOption](flux.From(nil), chartNamed("")),
			faults:  []string{`spec.sourceRef: Required value`, `spec.chart: Required value`},
		},
		{
			name:    "a source that holds no charts",
			options: with[chartOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam})),
			faults:  []string{`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "HelmRepository", "GitRepository", "Bucket"`},
		},
		{
			name:     "a source of another namespace",
			options:  with[chartOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: elsewhere})),
			faults:   []string{`spec.sourceRef: Invalid value: "platform/other": must be in the namespace of the HelmChart`},
			stricter: "the reference names no namespace",
		},
		{
			name:     "name of the chart",
			options:  with(chartNamed("Podinfo")),
			faults:   []string{`spec.chart: Invalid value: "Podinfo": must be a name in the repository: lower case letters, digits, -, / and .`},
			stricter: "the controller refuses it",
		},
		{
			name:     "path of the chart",
			options:  with[chartOption](flux.From(&sourcev1.Bucket{ObjectMeta: inDevTeam}), chartNamed("/../charts")),
			faults:   []string{`spec.chart: Invalid value: "/../charts": must not contain ".."`, `spec.chart: Invalid value: "/../charts": must be a path relative to the root of the source`},
			stricter: "the controller refuses it",
		},
		{
			name:     "version",
			options:  with[chartOption](flux.Version("latest")),
			faults:   []string{`spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`},
			stricter: "the controller refuses it",
		},
		{
			name:    "interval, strategy, values files",
			options: with[chartOption](flux.Interval(0), flux.ReconcileStrategy("Always"), flux.ValuesFiles{"", "../values.yaml"}),
			faults: []string{
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.reconcileStrategy: Unsupported value: "Always": supported values: "ChartVersion", "Revision"`,
				`spec.valuesFiles[0]: Required value`,
				`spec.valuesFiles[1]: Invalid value: "../values.yaml": must not contain ".."`,
			},
		},
		{
			name:    "verification",
			options: with[chartOption](flux.VerifyChart{Provider: "gpg", SecretRef: &meta.LocalObjectReference{}, MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{}}}),
			faults: []string{
				`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
				`spec.verify.secretRef.name: Required value`,
				`spec.verify.matchOIDCIdentity[0].issuer: Required value`,
				`spec.verify.matchOIDCIdentity[0].subject: Required value`,
			},
		},
		{
			name:    "verification of a chart in git",
			options: with[chartOption](flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), flux.VerifyChart{}),
			faults:  []string{`spec.verify: Forbidden: is supported only for charts from a HelmRepository`},
		},
		{
			name:     "notation without keys",
			options:  with[chartOption](flux.VerifyChart{Provider: "notation"}),
			faults:   []string{`spec.verify.secretRef: Required value: when provider is notation`},
			stricter: "the trust policy lies in the Secret",
		},
	},
}

func TestHelmChart(t *testing.T) { helmChart.test(t) }

func chartNamed(name string) chartOption {
	return flux.HelmChartFunc(func(chart *sourcev1.HelmChart) error { chart.Spec.Chart = name; return nil })
}
