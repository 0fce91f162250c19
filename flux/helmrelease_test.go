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
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
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
	Kind: buildtest.Kind[*helmv2.HelmRelease, releaseOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...releaseOption) (*helmv2.HelmRelease, error) {
			return flux.HelmRelease("dev-team", "podinfo", fromRepo, append(buildtest.With[releaseOption](flux.Chart("podinfo")), opts...)...)
		},
		Func:    func(f func(*helmv2.HelmRelease) error) releaseOption { return flux.HelmReleaseFunc(f) },
		NilFunc: flux.HelmReleaseFunc(nil),
		Options: []buildtest.Sets[releaseOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(2 * time.Hour), YAML: `spec: {timeout: 2h}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.ServiceAccount("gitops-reconciler"), YAML: `spec: {serviceAccountName: gitops-reconciler}`},
			{Option: flux.KubeConfig{ConfigMapRef: &meta.LocalObjectReference{Name: "proxy"}}, YAML: `spec: {kubeConfig: {configMapRef: {name: proxy}}}`},
			{Option: flux.TargetNamespace("dev-team-apps"), YAML: `spec: {targetNamespace: dev-team-apps}`},
			{Option: flux.StorageNamespace("dev-team-apps"), YAML: `spec: {storageNamespace: dev-team-apps}`},
			{Option: flux.ReleaseName("web"), YAML: `spec: {releaseName: web}`},
			{Option: flux.From(&sourcev1.Bucket{ObjectMeta: elsewhere}), YAML: `spec: {chart: {spec: {sourceRef: {kind: Bucket, name: other, namespace: platform}}}}`},
			{Option: flux.Chart("backend"), YAML: `spec: {chart: {spec: {chart: backend}}}`},
			{Option: flux.Version("6.x"), YAML: `spec: {chart: {spec: {version: 6.x}}}`},
			{Option: flux.ReconcileStrategy("Revision"), YAML: `spec: {chart: {spec: {reconcileStrategy: Revision}}}`},
			{Option: flux.ValuesFiles{"values-prod.yaml"}, YAML: `spec: {chart: {spec: {valuesFiles: [values-prod.yaml]}}}`},
			{Option: flux.IgnoreMissingValuesFiles(true), YAML: `spec: {chart: {spec: {ignoreMissingValuesFiles: true}}}`},
			{
				Option: flux.VerifyChart{SecretRef: &meta.LocalObjectReference{Name: "cosign"}},
				YAML:   `spec: {chart: {spec: {verify: {provider: cosign, secretRef: {name: cosign}}}}}`,
			},
			{Option: flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: inDevTeam}).When("dep.ok"), YAML: `spec: {dependsOn: [{name: other, readyExpr: dep.ok}]}`},
			{Option: flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: elsewhere}), YAML: `spec: {dependsOn: [{name: other, namespace: platform}]}`},
			{Option: flux.MaxHistory(0), YAML: `spec: {maxHistory: 0}`},
			{Option: flux.PersistentClient(false), YAML: `spec: {persistentClient: false}`},
			{Option: flux.DriftDetection("enabled"), YAML: `spec: {driftDetection: {mode: enabled}}`},
			{
				Option: flux.IgnoreChanges{{Paths: []string{"/spec/replicas"}, Target: &kustomize.Selector{Kind: "Deployment"}}},
				YAML:   `spec: {driftDetection: {ignore: [{paths: [/spec/replicas], target: {kind: Deployment}}]}}`,
			},
			{Option: flux.Retries(3), YAML: `spec: {install: {remediation: {retries: 3}}, upgrade: {remediation: {retries: 3}}}`},
			{Option: flux.CRDs("CreateReplace"), YAML: `spec: {install: {crds: CreateReplace}, upgrade: {crds: CreateReplace}}`},
			{
				Option: flux.Install{
					Timeout: minute, Strategy: &helmv2.InstallStrategy{Name: "RetryOnFailure", RetryInterval: minute},
					CreateNamespace: true, ServerSideApply: new(false), CRDs: helmv2.Create,
				},
				YAML: `spec: {install: {timeout: 1m, strategy: {name: RetryOnFailure, retryInterval: 1m}, createNamespace: true, serverSideApply: false, crds: Create}}`,
			},
			{
				Option: flux.Upgrade{
					Timeout: minute, Strategy: &helmv2.UpgradeStrategy{Name: "RemediateOnFailure"}, CleanupOnFail: true,
					Remediation: &helmv2.UpgradeRemediation{Retries: -1, RemediateLastFailure: new(true), Strategy: new(helmv2.UninstallRemediationStrategy)},
				},
				YAML: `spec: {upgrade: {timeout: 1m, strategy: {name: RemediateOnFailure}, cleanupOnFail: true, remediation: {retries: -1, remediateLastFailure: true, strategy: uninstall}}}`,
			},
			{Option: flux.Rollback{Timeout: minute, Force: true, ServerSideApply: "auto"}, YAML: `spec: {rollback: {timeout: 1m, force: true, serverSideApply: auto}}`},
			{
				Option: flux.Uninstall{Timeout: minute, KeepHistory: true, DeletionPropagation: new("foreground")},
				YAML:   `spec: {uninstall: {timeout: 1m, keepHistory: true, deletionPropagation: foreground}}`,
			},
			{
				Option: flux.Test{Enable: true, Timeout: minute, Filters: &[]helmv2.Filter{{Name: "slow", Exclude: true}}},
				YAML:   `spec: {test: {enable: true, timeout: 1m, filters: [{name: slow, exclude: true}]}}`,
			},
			{
				Option: flux.ValuesFrom{{Kind: "Secret", Name: "values", ValuesKey: "prod.yaml", TargetPath: "a.b[0]", Optional: true, Literal: true}},
				YAML:   `spec: {valuesFrom: [{kind: Secret, name: values, valuesKey: prod.yaml, targetPath: "a.b[0]", optional: true, literal: true}]}`,
			},
			{Option: flux.Values(map[string]any{"replicas": 2}), YAML: `spec: {values: {replicas: 2}}`},
			{Option: flux.CommonLabels{"team": "dev"}, YAML: `spec: {commonMetadata: {labels: {team: dev}}}`},
			{Option: flux.CommonAnnotations{"team": "dev"}, YAML: `spec: {commonMetadata: {annotations: {team: dev}}}`},
			{
				Option: flux.PostRenderers{{Kustomize: &helmv2.Kustomize{
					Patches: []kustomize.Patch{{Patch: "{}", Target: &kustomize.Selector{Kind: "Deployment"}}},
					Images:  []kustomize.Image{{Name: "nginx", NewTag: "1.29"}},
				}}},
				YAML: `spec: {postRenderers: [{kustomize: {patches: [{patch: "{}", target: {kind: Deployment}}], images: [{name: nginx, newTag: "1.29"}]}}]}`,
			},
			{Option: flux.PostRenderStrategy("separate"), YAML: `spec: {postRenderStrategy: separate}`},
			{Option: flux.WaitStrategy("poller"), YAML: `spec: {waitStrategy: {name: poller}}`},
			{
				Option: flux.HealthCheckExprs{{APIVersion: "example.com/v1", Kind: "Database", HealthCheckExpressions: kustomize.HealthCheckExpressions{Current: "status.ready"}}},
				YAML:   `spec: {healthCheckExprs: [{apiVersion: example.com/v1, kind: Database, current: status.ready}]}`,
			},
		},
		Invalid: []buildtest.Refuses[releaseOption]{
			{
				Name:     "a name that is no label value",
				Options:  buildtest.With(releaseNamed(strings.Repeat("a", 64))),
				Faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
				Stricter: "the controller labels what it installs with the name",
			},
			{
				Name: "no source",
				Options: buildtest.With(releaseOption(flux.HelmReleaseFunc(func(release *helmv2.HelmRelease) error {
					release.Spec.Chart.Spec.SourceRef = helmv2.CrossNamespaceObjectReference{}
					return nil
				}))),
				Faults: []string{`spec.chart.spec.sourceRef: Required value`},
			},
			{
				Name:    "a chart in what is a chart",
				Options: buildtest.With[releaseOption](flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam})),
				Faults:  []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
			},
			{
				Name: "reference to the repository",
				Options: buildtest.With[releaseOption](flux.From(&sourcev1.HelmRepository{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}}),
					flux.Chart("a/../b"), flux.Version("latest"), flux.ReconcileStrategy("Never")),
				Faults: []string{
					`spec.chart.spec.sourceRef.name: Required value`,
					`spec.chart.spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
					`spec.chart.spec.chart: Invalid value: "a/../b": must be a name in the repository: lower case letters, digits, -, / and .`,
					`spec.chart.spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
					`spec.chart.spec.reconcileStrategy: Unsupported value: "Never": supported values: "ChartVersion", "Revision"`,
				},
			},
			{
				Name:    "no chart",
				Options: buildtest.With[releaseOption](flux.Chart("")),
				Faults:  []string{`spec.chart.spec.chart: Required value`},
			},
			{
				Name:     "keyless verification",
				Options:  buildtest.With[releaseOption](flux.VerifyChart{MatchOIDCIdentity: []sourcev1.OIDCIdentityMatch{{Issuer: "a", Subject: "b"}}}),
				Faults:   []string{`spec.chart.spec.verify.matchOIDCIdentity: Forbidden: a HelmRelease has no such field: refer to a HelmChart or an OCIRepository that has it`},
				Stricter: "there is no such field",
			},
			{
				Name:    "durations",
				Options: buildtest.With[releaseOption](flux.Interval(0), flux.Timeout(-1), flux.Install{Timeout: &metav1.Duration{}}, flux.Upgrade{Timeout: &metav1.Duration{Duration: 1}}),
				Faults: []string{
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.timeout: Invalid value: "-1ns": must be greater than 0s`,
					`spec.install.timeout: Invalid value: "0s": must be greater than 0s`,
					`spec.upgrade.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
				},
			},
			{
				Name: "names",
				Options: buildtest.With[releaseOption](flux.ReleaseName(strings.Repeat("a", 54)), flux.TargetNamespace("A"), flux.StorageNamespace("a.b"),
					flux.ServiceAccount("a_b"), flux.KubeConfig{}, flux.MaxHistory(-1)),
				Faults: []string{
					`spec.releaseName: Invalid value: "` + strings.Repeat("a", 54) + `": must have at most 53 characters, has 54`,
					`spec.targetNamespace: Invalid value: "A": ` + notLabel,
					`spec.storageNamespace: Invalid value: "a.b": must not contain dots`,
					`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
					`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`,
					`spec.maxHistory: Invalid value: -1: must not be negative`,
				},
			},
			{
				Name: "dependencies",
				Options: buildtest.With[releaseOption](flux.DependsOn(&helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "podinfo"}}),
					flux.DependsOn(&kustomizev1.Kustomization{ObjectMeta: inDevTeam})),
				Faults: []string{
					`spec.dependsOn[0]: Invalid value: "Kustomization": must be a HelmRelease`,
					`spec.dependsOn[0]: Invalid value: "podinfo": must not depend on itself`,
				},
				Stricter: "it would wait forever",
			},
			{
				Name:    "drift",
				Options: buildtest.With[releaseOption](flux.DriftDetection("fix"), flux.IgnoreChanges{{}, {Paths: []string{"replicas"}}}),
				Faults: []string{
					`spec.driftDetection.mode: Unsupported value: "fix": supported values: "enabled", "warn", "disabled"`,
					`spec.driftDetection.ignore[0].paths: Required value`,
					`spec.driftDetection.ignore[1].paths[0]: Invalid value: "replicas": must be a JSON pointer, starting with "/"`,
				},
			},
			{
				Name: "actions",
				Options: buildtest.With[releaseOption](
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
				Faults: []string{
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
				Name:    "retry interval without retries, on install",
				Options: buildtest.With[releaseOption](flux.Install{Strategy: &helmv2.InstallStrategy{Name: "RemediateOnFailure", RetryInterval: minute}}),
				Faults:  []string{`spec.install.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
			},
			{
				Name:    "retry interval without retries, on upgrade",
				Options: buildtest.With[releaseOption](flux.Upgrade{Strategy: &helmv2.UpgradeStrategy{Name: "RemediateOnFailure", RetryInterval: minute}}),
				Faults:  []string{`spec.upgrade.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
			},
			{
				Name:    "sources of values",
				Options: buildtest.With[releaseOption](flux.ValuesFrom{{Kind: "Deployment", ValuesKey: "a b", TargetPath: "a b"}}),
				Faults: []string{
					`spec.valuesFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
					`spec.valuesFrom[0].name: Required value`,
					`spec.valuesFrom[0].valuesKey: Invalid value: "a b": must match ^[\-._a-zA-Z0-9]+$`,
					`spec.valuesFrom[0].targetPath: Invalid value: "a b": must match ^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$`,
				},
			},
			{
				Name: "post-rendering, waiting, health",
				Options: buildtest.With[releaseOption](flux.PostRenderers{{Kustomize: &helmv2.Kustomize{Patches: []kustomize.Patch{{}}, Images: []kustomize.Image{{}}}}},
					flux.PostRenderStrategy("none"), flux.WaitStrategy(""), flux.HealthCheckExprs{{}}),
				Faults: []string{
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
				Name:     "common metadata",
				Options:  buildtest.With[releaseOption](flux.CommonLabels{"team": "a b"}),
				Faults:   []string{`spec.commonMetadata.labels: Invalid value: "a b": ` + notLabelValue},
				Stricter: "nothing could be installed",
			},
		},
	},
}

func TestHelmRelease(t *testing.T) { helmRelease.Test(t) }

// releaseOfChart is of a source that is a chart itself.
var releaseOfChart = kind[*helmv2.HelmRelease, releaseOption]{
	Kind: buildtest.Kind[*helmv2.HelmRelease, releaseOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...releaseOption) (*helmv2.HelmRelease, error) {
			return flux.HelmRelease("dev-team", "podinfo", flux.From(&sourcev1.OCIRepository{ObjectMeta: inDevTeam}), opts...)
		},
		Func:    helmRelease.Func,
		NilFunc: helmRelease.NilFunc,
		Options: []buildtest.Sets[releaseOption]{
			{Option: flux.From(&sourcev1.HelmChart{ObjectMeta: inDevTeam}), YAML: `spec: {chartRef: {kind: HelmChart, name: other}}`},
			{Option: flux.From(&sourcev1.ExternalArtifact{ObjectMeta: elsewhere}), YAML: `spec: {chartRef: {kind: ExternalArtifact, name: other, namespace: platform}}`},
		},
		Invalid: []buildtest.Refuses[releaseOption]{
			{
				Name:    "neither chart nor reference",
				Options: buildtest.With[releaseOption](noChart),
				Faults:  []string{`spec: Required value: either chart or chartRef must be set`},
			},
			{
				Name:    "reference without a name",
				Options: buildtest.With[releaseOption](flux.From(&sourcev1.HelmChart{ObjectMeta: metav1.ObjectMeta{Namespace: "A"}})),
				Faults:  []string{`spec.chartRef.name: Required value`, `spec.chartRef.namespace: Invalid value: "A": ` + notLabel},
			},
			{
				Name:    "chart and reference",
				Options: buildtest.With[releaseOption](flux.Version("6.x")),
				Faults:  []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
			},
		},
	},
}

func TestHelmReleaseOfChart(t *testing.T) { releaseOfChart.Test(t) }

func releaseNamed(name string) releaseOption {
	return flux.HelmReleaseFunc(func(release *helmv2.HelmRelease) error { release.Name = name; return nil })
}
