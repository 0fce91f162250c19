package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type chartOption = flux.HelmChartOption

var helmChart = kind[*sourcev1.HelmChart, chartOption]{
	Kind: buildtest.Kind[*sourcev1.HelmChart, chartOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...chartOption) (*sourcev1.HelmChart, error) {
			return flux.HelmChart("dev-team", "podinfo", flux.From(&sourcev1.HelmRepository{ObjectMeta: inDevTeam}), "podinfo", opts...)
		},
		Func:    func(f func(*sourcev1.HelmChart) error) chartOption { return flux.HelmChartFunc(f) },
		NilFunc: flux.HelmChartFunc(nil),
		Options: []buildtest.Sets[chartOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), YAML: `spec: {sourceRef: {kind: GitRepository, name: other}}`},
			{Option: flux.From(&sourcev1.Bucket{ObjectMeta: inDevTeam}), YAML: `spec: {sourceRef: {kind: Bucket, name: other}}`},
			{Option: flux.Version(">=6.0.0 <7.0.0"), YAML: `spec: {version: ">=6.0.0 <7.0.0"}`},
			{Option: flux.Version("2025.01.02"), YAML: `spec: {version: "2025.01.02"}`},
			{Option: flux.ReconcileStrategy("Revision"), YAML: `spec: {reconcileStrategy: Revision}`},
			{Option: flux.ValuesFiles{"values.yaml", "values-prod.yaml"}, YAML: `spec: {valuesFiles: [values.yaml, values-prod.yaml]}`},
			{Option: flux.IgnoreMissingValuesFiles(true), YAML: `spec: {ignoreMissingValuesFiles: true}`},
			{
				Option: flux.VerifyChart{
					SecretRef:         &meta.LocalObjectReference{Name: "cosign"},
					MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{Issuer: "^https://token", Subject: "^https://github"}},
				},
				YAML: `spec: {verify: {provider: cosign, secretRef: {name: cosign}, matchOIDCIdentity: [{issuer: "^https://token", subject: "^https://github"}]}}`,
			},
		},
		Invalid: []buildtest.Refuses[chartOption]{
			{
				Name:    "no source, no chart",
				Options: buildtest.With[chartOption](flux.From(nil), chartNamed("")),
				Faults:  []string{`spec.sourceRef: Required value`, `spec.chart: Required value`},
			},
			{
				Name:    "a source that holds no charts",
				Options: buildtest.With[chartOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam})),
				Faults:  []string{`spec.sourceRef.kind: Unsupported value: "OCIRepository": supported values: "HelmRepository", "GitRepository", "Bucket"`},
			},
			{
				Name:     "a source of another namespace",
				Options:  buildtest.With[chartOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: elsewhere})),
				Faults:   []string{`spec.sourceRef: Invalid value: "platform/other": must be in the namespace of the HelmChart`},
				Stricter: "the reference names no namespace",
			},
			{
				Name:     "name of the chart",
				Options:  buildtest.With(chartNamed("Podinfo")),
				Faults:   []string{`spec.chart: Invalid value: "Podinfo": must be a name in the repository: lower case letters, digits, -, / and .`},
				Stricter: "the controller refuses it",
			},
			{
				Name:     "path of the chart",
				Options:  buildtest.With[chartOption](flux.From(&sourcev1.Bucket{ObjectMeta: inDevTeam}), chartNamed("/../charts")),
				Faults:   []string{`spec.chart: Invalid value: "/../charts": must not contain ".."`, `spec.chart: Invalid value: "/../charts": must be a path relative to the root of the source`},
				Stricter: "the controller refuses it",
			},
			{
				Name:     "version",
				Options:  buildtest.With[chartOption](flux.Version("latest")),
				Faults:   []string{`spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`},
				Stricter: "the controller refuses it",
			},
			{
				Name:    "interval, strategy, values files",
				Options: buildtest.With[chartOption](flux.Interval(0), flux.ReconcileStrategy("Always"), flux.ValuesFiles{"", "../values.yaml"}),
				Faults: []string{
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.reconcileStrategy: Unsupported value: "Always": supported values: "ChartVersion", "Revision"`,
					`spec.valuesFiles[0]: Required value`,
					`spec.valuesFiles[1]: Invalid value: "../values.yaml": must not contain ".."`,
				},
			},
			{
				Name:    "verification",
				Options: buildtest.With[chartOption](flux.VerifyChart{Provider: "gpg", SecretRef: &meta.LocalObjectReference{}, MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{}}}),
				Faults: []string{
					`spec.verify.provider: Unsupported value: "gpg": supported values: "cosign", "notation"`,
					`spec.verify.secretRef.name: Required value`,
					`spec.verify.matchOIDCIdentity[0].issuer: Required value`,
					`spec.verify.matchOIDCIdentity[0].subject: Required value`,
				},
			},
			{
				Name:    "verification of a chart in git",
				Options: buildtest.With[chartOption](flux.From(&sourcev1.GitRepository{ObjectMeta: inDevTeam}), flux.VerifyChart{}),
				Faults:  []string{`spec.verify: Forbidden: is supported only for charts from a HelmRepository`},
			},
			{
				Name:     "notation without keys",
				Options:  buildtest.With[chartOption](flux.VerifyChart{Provider: "notation"}),
				Faults:   []string{`spec.verify.secretRef: Required value: when provider is notation`},
				Stricter: "the trust policy lies in the Secret",
			},
		},
	},
}

func TestHelmChart(t *testing.T) { helmChart.Test(t) }

func chartNamed(name string) chartOption {
	return flux.HelmChartFunc(func(chart *sourcev1.HelmChart) error { chart.Spec.Chart = name; return nil })
}
