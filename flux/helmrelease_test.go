package flux_test

import (
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type releaseOption = flux.HelmReleaseOption

var (
	minute   = &metav1.Duration{Duration: time.Minute}
	noChart  = flux.HelmReleaseFunc(func(release *helmv2.HelmRelease) error { release.Spec.ChartRef = nil; return nil })
	fromRepo = flux.From(&sourcev1.HelmRepository{ObjectMeta: inDevTeam})
)

// helmRelease is of a chart that lies in a repository with others, since most
// options are about such; releaseOfChart is of a chart of its own.
var helmRelease = kind[*helmv2.HelmRelease, releaseOption]{
	build: func(opts ...releaseOption) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease("dev-team", "podinfo", fromRepo, append(with[releaseOption](flux.Chart("podinfo")), opts...)...)
	},
	fn:      func(f func(*helmv2.HelmRelease) error) releaseOption { return flux.HelmReleaseFunc(f) },
	nilFunc: flux.HelmReleaseFunc(nil),
	options: []sets[releaseOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(2 * time.Hour), `spec: {timeout: 2h}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.ServiceAccount("gitops-reconciler"), `spec: {serviceAccountName: gitops-reconciler}`},
		{flux.KubeConfig{ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}}, `spec: {kubeConfig: {configMapRef: {name: proxy}}}`},
		{flux.TargetNamespace("dev-team-apps"), `spec: {targetNamespace: dev-team-apps}`},
		{flux.StorageNamespace("dev-team-apps"), `spec: {storageNamespace: dev-team-apps}`},
		{flux.ReleaseName("web"), `spec: {releaseName: web}`},
		{flux.From(&sourcev1.Bucket{ObjectMeta: elsewhere}), `spec: {chart: {spec: {sourceRef: {kind: Bucket, name: other, namespace: platform}}}}`},
		{flux.Chart("backend"), `spec: {chart: {spec: {chart: backend}}}`},
		{flux.Version("6.x"), `spec: {chart: {spec: {version: 6.x}}}`},
		{flux.ReconcileStrategy("Revision"), `spec: {chart: {spec: {reconcileStrategy: Revision}}}`},
		{flux.ValuesFiles{"values-prod.yaml"}, `spec: {chart: {spec: {valuesFiles: [values-prod.yaml]}}}`},
		{flux.IgnoreMissingValuesFiles(true), `spec: {chart: {spec: {ignoreMissingValuesFiles: true}}}`},
		{
			flux.VerifyChart{SecretRef: &meta.LocalObjectReference{Name: "cosign"}},
			`spec: {chart: {spec: {verify: {provider: cosign, secretRef: {name: cosign}}}}}`,
		},
		{flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: inDevTeam}).When("dep.ok"), `spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`},
		{flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: elsewhere}), `spec: {dependsOn: [{name: other, namespace: platform}]}`},
		{flux.MaxHistory(0), `spec: {maxHistory: 0}`},
		{flux.PersistentClient(false), `spec: {persistentClient: false}`},
		{flux.DriftDetection("enabled"), `spec: {driftDetection: {mode: enabled}}`},
		{
			flux.IgnoreChanges{{Paths: []string{"/spec/replicas"}, Target: &kustomize.Selector{Kind: "Deployment"}}},
			`spec: {driftDetection: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}}`,
		},
		{flux.Retries(3), `spec: {install: {remediation: {retries: 3}}, upgrade: {remediation: {retries: 3}}}`},
		{flux.CRDs("CreateReplace"), `spec: {install: {crds: CreateReplace}, upgrade: {crds: CreateReplace}}`},
		{
			flux.Install{
				Timeout: minute, Strategy: &helmv2.InstallStrategy{Name: "RetryOnFailure", RetryInterval: minute},
				CreateNamespace: true, ServerSideApply: new(false), CRDs: helmv2.Create,
			},
			`spec: {install: {timeout: 1m, strategy: {name: RetryOnFailure, retryInterval: 1m}, createNamespace: true, serverSideApply: false, crds: Create}}`,
		},
		{
			flux.Upgrade{
				Timeout: minute, Strategy: &helmv2.UpgradeStrategy{Name: "RemediateOnFailure"}, CleanupOnFail: true,
				Remediation: &helmv2.UpgradeRemediation{Retries: -1, RemediateLastFailure: new(true), Strategy: new(helmv2.UninstallRemediationStrategy)},
			},
			`spec: {upgrade: {timeout: 1m, strategy: {name: RemediateOnFailure}, cleanupOnFail: true, remediation: {retries: -1, remediateLastFailure: true, strategy: uninstall}}}`,
		},
		{flux.Rollback{Timeout: minute, Force: true, ServerSideApply: "auto"}, `spec: {rollback: {timeout: 1m, force: true, serverSideApply: auto}}`},
		{
			flux.Uninstall{Timeout: minute, KeepHistory: true, DeletionPropagation: new("foreground")},
			`spec: {uninstall: {timeout: 1m, keepHistory: true, deletionPropagation: foreground}}`,
		},
		{
			flux.Test{Enable: true, Timeout: minute, Filters: &[]helmv2.Filter{{Name: "slow", Exclude: true}}},
			`spec: {test: {enable: true, timeout: 1m, filters: [{name: slow, exclude: true}]}}`,
		},
		{
			flux.ValuesFrom{{Kind: "Secret", Name: "values", ValuesKey: "prod.yaml", TargetPath: "a.b[0]", Optional: true, Literal: true}},
			`spec: {valuesFrom: [{kind: Secret, name: values, valuesKey: prod.yaml, targetPath: "a.b[0]", optional: true, literal: true}]}`,
		},
		{flux.Values(map[string]any{"replicas": 2}), `spec: {values: {replicas: 2}}`},
		{flux.CommonLabels{"team": "dev"}, `spec: {commonMetadata: {labels: {team: dev}}}`},
		{flux.CommonAnnotations{"team": "dev"}, `spec: {commonMetadata: {annotations: {team: dev}}}`},
		{
			flux.PostRenderers{{Kustomize: &helmv2.Kustomize{
				Patches: []kustomize.Patch{{Patch: "{}", Target: &kustomize.Selector{Kind: "Deployment"}}},
				Images:  []kustomize.Image{{Name: "nginx", NewTag: "1.29"}},
			}}},
			`spec: {postRenderers: [{kustomize: {patches: [{patch: "{}", target: {kind: Deployment}}], images: [{name: nginx, newTag: "1.29"}]}}]}`,
		},
		{flux.PostRenderStrategy("separate"), `spec: {postRenderStrategy: separate}`},
		{flux.WaitStrategy("poller"), `spec: {waitStrategy: {name: poller}}`},
		{
			flux.HealthCheckExprs{{APIVersion: "example.com/v1", Kind: "Database", HealthCheckExpressions: kustomize.HealthCheckExpressions{Current: "status.ready"}}},
			`spec: {healthCheckExprs: [{apiVersion: example.com/v1, kind: Database, current: status.ready}]}`,
		},
	},
	invalid: []refuses[releaseOption]{
		{
			name:     "a name that is no label value",
			options:  with(releaseNamed(strings.Repeat("a", 64))),
			faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
			stricter: "the controller labels what it installs with the name",
		},
		{
			name: "no source",
			options: with(releaseOption(flux.HelmReleaseFunc(func(release *helmv2.HelmRelease) error {
				release.Spec.Chart.Spec.SourceRef = helmv2.CrossNamespaceObjectReference{}
				return nil
			}))),
			faults: []string{`spec.chart.spec.sourceRef: Required value`},
		},
		{
			name:    "a chart in what is a chart",
			options: with[releaseOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam})),
			faults:  []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
		},
		{
			name: "reference to the repository",
			options: with[releaseOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}}),
				flux.Chart("a/../b"), flux.Version("latest"), flux.ReconcileStrategy("Never")),
			faults: []string{
				`spec.chart.spec.sourceRef.name: Required value`,
				`spec.chart.spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
				`spec.chart.spec.chart: Invalid value: "a/../b": must be a name in the repository: lower case letters, digits, -, / and .`,
				`spec.chart.spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
				`spec.chart.spec.reconcileStrategy: Unsupported value: "Never": supported values: "ChartVersion", "Revision"`,
			},
		},
		{
			name:    "no chart",
			options: with[releaseOption](flux.Chart("")),
			faults:  []string{`spec.chart.spec.chart: Required value`},
		},
		{
			name:     "keyless verification",
			options:  with[releaseOption](flux.VerifyChart{MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{Issuer: "a", Subject: "b"}}}),
			faults:   []string{`spec.chart.spec.verify.matchOIDCIdentity: Forbidden: a HelmRelease has no such field: refer to a HelmChart or an OCIRepository that has it`},
			stricter: "there is no such field",
		},
		{
			name:    "durations",
			options: with[releaseOption](flux.Interval(0), flux.Timeout(-1), flux.Install{Timeout: &metav1.Duration{}}, flux.Upgrade{Timeout: &metav1.Duration{Duration: 1}}),
			faults: []string{
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.timeout: Invalid value: "-1ns": must be greater than 0s`,
				`spec.install.timeout: Invalid value: "0s": must be greater than 0s`,
				`spec.upgrade.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
			},
		},
		{
			name: "names",
			options: with[releaseOption](flux.ReleaseName(strings.Repeat("a", 54)), flux.TargetNamespace("A"), flux.StorageNamespace("a.b"),
				flux.ServiceAccount("a_b"), flux.KubeConfig{}, flux.MaxHistory(-1)),
			faults: []string{
				`spec.releaseName: Invalid value: "` + strings.Repeat("a", 54) + `": must have at most 53 characters, has 54`,
				`spec.targetNamespace: Invalid value: "A": ` + notLabel,
				`spec.storageNamespace: Invalid value: "a.b": must not contain dots`,
				`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
				`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`,
				`spec.maxHistory: Invalid value: -1: must not be negative`,
			},
		},
		{
			name: "dependencies",
			options: with[releaseOption](flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}}),
				flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam})),
			faults: []string{
				`spec.dependsOn[0]: Invalid value: "Kustomization": must be a HelmRelease`,
				`spec.dependsOn[0]: Invalid value: "podinfo": must not depend on itself`,
			},
			stricter: "it would wait forever",
		},
		{
			name:    "drift",
			options: with[releaseOption](flux.DriftDetection("fix"), flux.IgnoreChanges{{}, {Paths: []string{"replicas"}}}),
			faults: []string{
				`spec.driftDetection.mode: Unsupported value: "fix": supported values: "enabled", "warn", "disabled"`,
				`spec.driftDetection.ignore[0].paths: Required value`,
				`spec.driftDetection.ignore[1].paths[0]: Invalid value: "replicas": must be a JSON pointer, starting with "/"`,
			},
		},
		{
			name: "actions",
			options: with[releaseOption](
				flux.Install{Strategy: &helmv2.InstallStrategy{Name: "RemediateOnFailure", RetryInterval: minute}},
				flux.Upgrade{
					Strategy: &helmv2.UpgradeStrategy{}, ServerSideApply: "on", ChartNameChangeStrategy: "Keep",
					Remediation: &helmv2.UpgradeRemediation{Strategy: new(helmv2.RemediationStrategy)},
				},
				flux.CRDs("Replace"),
				flux.Rollback{Timeout: &metav1.Duration{}, ServerSideApply: "off"},
				flux.Uninstall{Timeout: &metav1.Duration{}, DeletionPropagation: new("")},
				flux.Test{Timeout: &metav1.Duration{}, Filters: &[]helmv2.Filter{{}}},
			),
			faults: []string{
				`spec.install.crds: Unsupported value: "Replace": supported values: "Skip", "Create", "CreateReplace"`,
				`spec.install.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`,
				`spec.upgrade.crds: Unsupported value: "Replace": supported values: "Skip", "Create", "CreateReplace"`,
				`spec.upgrade.serverSideApply: Unsupported value: "on": supported values: "enabled", "disabled", "auto"`,
				`spec.upgrade.chartNameChangeStrategy: Unsupported value: "Keep": supported values: "InPlaceUpdate", "Reinstall"`,
				`spec.upgrade.strategy.name: Required value`,
				`spec.upgrade.remediation.strategy: Required value`,
				`spec.rollback.timeout: Invalid value: "0s": must be greater than 0s`,
				`spec.rollback.serverSideApply: Unsupported value: "off": supported values: "enabled", "disabled", "auto"`,
				`spec.uninstall.timeout: Invalid value: "0s": must be greater than 0s`,
				`spec.uninstall.deletionPropagation: Required value`,
				`spec.test.timeout: Invalid value: "0s": must be greater than 0s`,
				`spec.test.filters[0].name: Required value`,
			},
		},
		{
			name:    "retry interval without retries, on install",
			options: with[releaseOption](flux.Install{Strategy: &helmv2.InstallStrategy{Name: "RemediateOnFailure", RetryInterval: minute}}),
			faults:  []string{`spec.install.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
		},
		{
			name:    "retry interval without retries, on upgrade",
			options: with[releaseOption](flux.Upgrade{Strategy: &helmv2.UpgradeStrategy{Name: "RemediateOnFailure", RetryInterval: minute}}),
			faults:  []string{`spec.upgrade.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
		},
		{
			name:    "sources of values",
			options: with[releaseOption](flux.ValuesFrom{{Kind: "Deployment", ValuesKey: "a b", TargetPath: "a b"}}),
			faults: []string{
				`spec.valuesFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
				`spec.valuesFrom[0].name: Required value`,
				`spec.valuesFrom[0].valuesKey: Invalid value: "a b": must match ^[\-._a-zA-Z0-9]+$`,
				`spec.valuesFrom[0].targetPath: Invalid value: "a b": must match ^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$`,
			},
		},
		{
			name: "post-rendering, waiting, health",
			options: with[releaseOption](flux.PostRenderers{{Kustomize: &helmv2.Kustomize{Patches: []kustomize.Patch{{}}, Images: []kustomize.Image{{}}}}},
				flux.PostRenderStrategy("none"), flux.WaitStrategy(""), flux.HealthCheckExprs{{}}),
			faults: []string{
				`spec.postRenderers[0].kustomize.patches[0].patch: Required value`,
				`spec.postRenderers[0].kustomize.images[0].name: Required value`,
				`spec.postRenderStrategy: Unsupported value: "none": supported values: "nohooks", "combined", "separate"`,
				`spec.waitStrategy.name: Required value`,
				`spec.healthCheckExprs[0].apiVersion: Required value`,
				`spec.healthCheckExprs[0].kind: Required value`,
				`spec.healthCheckExprs[0].current: Required value`,
			},
		},
		{
			name:     "common metadata",
			options:  with[releaseOption](flux.CommonLabels{"team": "a b"}),
			faults:   []string{`spec.commonMetadata.labels: Invalid value: "a b": ` + notLabelValue},
			stricter: "nothing could be installed",
		},
	},
}

func TestHelmRelease(t *testing.T) { helmRelease.test(t) }

// releaseOfChart is of a source that is a chart itself.
var releaseOfChart = kind[*helmv2.HelmRelease, releaseOption]{
	build: func(opts ...releaseOption) (*helmv2.HelmRelease, error) {
		return flux.HelmRelease("dev-team", "podinfo", flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam}), opts...)
	},
	fn:      helmRelease.fn,
	nilFunc: helmRelease.nilFunc,
	options: []sets[releaseOption]{
		{flux.From(&sourcev1.HelmChart{ObjectMeta: inDevTeam}), `spec: {chartRef: {kind: HelmChart, name: other}}`},
		{flux.From(&sourcev1.ExternalArtifact{ObjectMeta: elsewhere}), `spec: {chartRef: {kind: ExternalArtifact, name: other, namespace: platform}}`},
	},
	invalid: []refuses[releaseOption]{
		{
			name:    "neither chart nor reference",
			options: with[releaseOption](noChart),
			faults:  []string{`spec: Required value: either chart or chartRef must be set`},
		},
		{
			name:    "reference without a name",
			options: with[releaseOption](flux.From(&sourcev1.HelmChart{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}})),
			faults:  []string{`spec.chartRef.name: Required value`, `spec.chartRef.namespace: Invalid value: "A": ` + notLabel},
		},
		{
			name:    "chart and reference",
			options: with[releaseOption](flux.Version("6.x")),
			faults:  []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
		},
	},
}

func TestHelmReleaseOfChart(t *testing.T) { releaseOfChart.test(t) }

func releaseNamed(name string) releaseOption {
	return flux.HelmReleaseFunc(func(release *helmv2.HelmRelease) error { release.Name = name; return nil })
}
