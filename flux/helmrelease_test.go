package flux_test

import (
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var helmRelease = buildtest.Kind[*helmv2.HelmRelease]{
	Build: func(obj *helmv2.HelmRelease) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *helmv2.HelmRelease) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &helmv2.HelmRelease{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"},
		Spec: helmv2.HelmReleaseSpec{
			Chart: &helmv2.HelmChartTemplate{Spec: helmv2.HelmChartTemplateSpec{
				Chart:     "podinfo",
				SourceRef: helmv2.CrossNamespaceObjectReference{Kind: "HelmRepository", Name: "other"},
			}},
		},
	},
	Default: func(obj *helmv2.HelmRelease) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultReconcileInterval
		}
		if verify := obj.Spec.Chart.Spec.Verify; verify != nil && verify.Provider == "" {
			verify.Provider = "cosign"
		}
	},
	Accepts: []string{
		`spec: {chart: {spec: {verify: {provider: "", secretRef: {name: cosign}}}}}`,
		`spec: {interval: 5m}`,
		`spec: {timeout: 2h}`,
		`spec: {suspend: true}`,
		`spec: {serviceAccountName: gitops-reconciler}`,
		`spec: {kubeConfig: {configMapRef: {name: proxy}}}`,
		`spec: {targetNamespace: dev-team-apps}`,
		`spec: {storageNamespace: dev-team-apps}`,
		`spec: {releaseName: web}`,
		`spec: {chart: {spec: {sourceRef: {kind: Bucket, namespace: platform}}}}`,
		`spec: {chart: {spec: {chart: backend}}}`,
		`spec: {chart: {spec: {version: "6.x"}}}`,
		`spec: {chart: {spec: {reconcileStrategy: Revision}}}`,
		`spec: {chart: {spec: {valuesFiles: [values-prod.yaml]}}}`,
		`spec: {chart: {spec: {ignoreMissingValuesFiles: true}}}`,
		`spec: {chart: {spec: {verify: {provider: cosign, secretRef: {name: cosign}}}}}`,
		`spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`,
		`spec: {dependsOn: [{name: other, namespace: platform}]}`,
		`spec: {maxHistory: 0}`,
		`spec: {persistentClient: false}`,
		`spec: {driftDetection: {mode: enabled}}`,
		`spec: {driftDetection: {ignore: [{paths: [""], target: {kind: Deployment}}]}}`, // the whole object
		`spec: {driftDetection: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}}`,
		`spec: {install: {remediation: {retries: 3}}, upgrade: {remediation: {retries: 3}}}`,
		`spec: {install: {crds: CreateReplace}, upgrade: {crds: CreateReplace}}`,
		`spec: {install: {crds: Create, createNamespace: true, serverSideApply: false, strategy: {name: RetryOnFailure, retryInterval: 1m}, timeout: 1m}}`,
		`spec: {upgrade: {cleanupOnFail: true, remediation: {remediateLastFailure: true, retries: -1, strategy: uninstall}, strategy: {name: RemediateOnFailure}, timeout: 1m}}`,
		`spec: {rollback: {force: true, serverSideApply: auto, timeout: 1m}}`,
		`spec: {uninstall: {deletionPropagation: foreground, keepHistory: true, timeout: 1m}}`,
		`spec: {test: {enable: true, filters: [{exclude: true, name: slow}], timeout: 1m}}`,
		`spec: {valuesFrom: [{kind: Secret, literal: true, name: values, optional: true, targetPath: "a.b[0]", valuesKey: prod.yaml}]}`,
		`spec: {values: {replicas: 2}}`,
		`spec: {commonMetadata: {labels: {team: dev}}}`,
		`spec: {commonMetadata: {annotations: {team: dev}}}`,
		`spec: {postRenderers: [{kustomize: {images: [{name: nginx, newTag: "1.29"}], patches: [{patch: "{}", target: {kind: Deployment}}]}}]}`,
		`spec: {postRenderStrategy: separate}`,
		`spec: {waitStrategy: {name: poller}}`,
		`spec: {healthCheckExprs: [{apiVersion: example.com/v1, current: status.ready, kind: Database}]}`,
		`spec: {healthCheckExprs: [{apiVersion: cluster.x-k8s.io/v1beta1, current: "true"}]}`,
		`spec: {chart: {metadata: {labels: {sharding.fluxcd.io/key: shard1}}}}`,
		`spec: {valuesFrom: [{kind: Secret, name: a, targetPath: "a\\.b.c/d[1][65536]"}]}`,
	},
	Refuses: helmReleaseRefuses,
}

func TestHelmRelease(t *testing.T) { helmRelease.Test(t) }

// releaseOfChart is of a source that is a chart itself.
var releaseOfChart = buildtest.Kind[*helmv2.HelmRelease]{
	Build: func(obj *helmv2.HelmRelease) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *helmv2.HelmRelease) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &helmv2.HelmRelease{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"},
		Spec: helmv2.HelmReleaseSpec{
			ChartRef: &helmv2.CrossNamespaceSourceReference{Kind: "OCIRepository", Name: "other"},
		},
	},
	Default: func(obj *helmv2.HelmRelease) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultReconcileInterval
		}
	},
	Accepts: []string{
		`spec: {chartRef: {kind: HelmChart}}`,
		`spec: {chartRef: {kind: ExternalArtifact, namespace: platform}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "neither chart nor reference",
			Change: `spec: {chartRef: null}`,
			Faults: []string{`spec: Required value: either chart or chartRef must be set`},
		},
		{
			Name:   "reference without a name",
			Change: `spec: {chartRef: {kind: HelmChart, name: "", namespace: A}}`,
			Faults: []string{
				`spec.chartRef.name: Required value`,
				`spec.chartRef.namespace: Invalid value: "A": ` + notLabel,
			},
		},
		{
			Name:   "chart and reference",
			Change: `spec: {chart: {spec: {chart: "", sourceRef: {name: ""}, version: "6.x"}}}`,
			Faults: []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
		},
	},
}

func TestHelmReleaseOfChart(t *testing.T) { releaseOfChart.Test(t) }
