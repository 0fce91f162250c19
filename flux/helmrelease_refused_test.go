package flux_test

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var helmReleaseRefuses = []buildtest.Refuses{
	{
		Name:     "a name that is not a label value",
		Change:   `metadata: {name: ` + strings.Repeat("a", 64) + `}`,
		Faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
		Stricter: "the controller labels what it installs with the name",
	},
	{
		Name:   "no source",
		Change: `spec: {chart: {spec: {sourceRef: {kind: null, name: ""}}}}`,
		Faults: []string{`spec.chart.spec.sourceRef: Required value`},
	},
	{
		Name:   "a chart in what is a chart",
		Change: `spec: {chartRef: {kind: OCIRepository, name: other}}`,
		Faults: []string{`spec.chart: Forbidden: must not be set together with chartRef: OCIRepository other is the chart`},
	},
	{
		Name:   "reference to the repository",
		Change: `spec: {chart: {spec: {chart: a/../b, reconcileStrategy: Never, sourceRef: {name: "", namespace: A}, version: latest}}}`,
		Faults: []string{
			`spec.chart.spec.sourceRef.name: Required value`,
			`spec.chart.spec.sourceRef.namespace: Invalid value: "A": ` + notLabel,
			`spec.chart.spec.chart: Invalid value: "a/../b": must be a name in the repository: lower case letters, digits, -, / and .`,
			`spec.chart.spec.version: Invalid value: "latest": must be a version or a range of versions, such as >=1.0.0 <2.0.0`,
			`spec.chart.spec.reconcileStrategy: Unsupported value: "Never": supported values: "ChartVersion", "Revision"`,
		},
	},
	{
		Name:   "no chart",
		Change: `spec: {chart: {spec: {chart: ""}}}`,
		Faults: []string{`spec.chart.spec.chart: Required value`},
	},
	{
		Name:   "durations",
		Change: `spec: {install: {timeout: 0s}, interval: "-1m", timeout: "-1ns", upgrade: {timeout: "1ns"}}`,
		Faults: []string{
			`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
			`spec.timeout: Invalid value: "-1ns": must be greater than 0s`,
			`spec.install.timeout: Invalid value: "0s": must be greater than 0s`,
			`spec.upgrade.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		},
	},
	{
		Name:   "names",
		Change: `spec: {kubeConfig: {}, maxHistory: -1, releaseName: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, serviceAccountName: a_b, storageNamespace: a.b, targetNamespace: A}`,
		Faults: []string{
			`spec.releaseName: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": must have at most 53 characters, has 54`,
			`spec.targetNamespace: Invalid value: "A": ` + notLabel,
			`spec.storageNamespace: Invalid value: "a.b": must not contain dots`,
			`spec.serviceAccountName: Invalid value: "a_b": ` + notSubdomain,
			`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`,
			`spec.maxHistory: Invalid value: -1: must not be negative`,
		},
	},
	{
		Name:     "dependencies",
		Change:   `spec: {dependsOn: [{name: podinfo}]}`,
		Faults:   []string{`spec.dependsOn[0]: Invalid value: "podinfo": must not depend on itself`},
		Stricter: "it would wait forever",
	},
	{
		Name:   "drift",
		Change: `spec: {driftDetection: {ignore: [{paths: null}, {paths: [replicas]}], mode: fix}}`,
		Faults: []string{
			`spec.driftDetection.mode: Unsupported value: "fix": supported values: "enabled", "warn", "disabled"`,
			`spec.driftDetection.ignore[0].paths: Required value`,
			`spec.driftDetection.ignore[1].paths[0]: Invalid value: "replicas": must be a JSON pointer, starting with "/"`,
		},
	},
	{
		Name:   "actions",
		Change: `spec: {install: {crds: Replace, strategy: {name: RemediateOnFailure, retryInterval: 1m}}, rollback: {serverSideApply: "off", timeout: 0s}, test: {filters: [{name: ""}], timeout: 0s}, uninstall: {deletionPropagation: "", timeout: 0s}, upgrade: {chartNameChangeStrategy: Keep, crds: Replace, remediation: {strategy: ""}, serverSideApply: "on", strategy: {name: ""}}}`,
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
		Name:   "retry interval without retries, on install",
		Change: `spec: {install: {strategy: {name: RemediateOnFailure, retryInterval: 1m}}}`,
		Faults: []string{`spec.install.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
	},
	{
		Name:   "retry interval without retries, on upgrade",
		Change: `spec: {upgrade: {strategy: {name: RemediateOnFailure, retryInterval: 1m}}}`,
		Faults: []string{`spec.upgrade.strategy.retryInterval: Forbidden: may be set only when name is RetryOnFailure`},
	},
	{
		Name:   "sources of values",
		Change: `spec: {valuesFrom: [{kind: Deployment, name: "", targetPath: "a b", valuesKey: "a b"}]}`,
		Faults: []string{
			`spec.valuesFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
			`spec.valuesFrom[0].name: Required value`,
			`spec.valuesFrom[0].valuesKey: Invalid value: "a b": must match ^[\-._a-zA-Z0-9]+$`,
			`spec.valuesFrom[0].targetPath: Invalid value: "a b": must match ^([a-zA-Z0-9_\-.\\\/]|\[[0-9]{1,5}\])+$`,
		},
	},
	{
		Name:   "post-rendering, waiting, health",
		Change: `spec: {healthCheckExprs: [{apiVersion: "", current: ""}], postRenderStrategy: none, postRenderers: [{kustomize: {images: [{name: ""}], patches: [{patch: ""}]}}], waitStrategy: {name: ""}}`,
		Faults: []string{
			`spec.postRenderers[0].kustomize.patches[0].patch: Required value`,
			`spec.postRenderers[0].kustomize.images[0].name: Required value`,
			`spec.postRenderStrategy: Unsupported value: "none": supported values: "nohooks", "combined", "separate"`,
			`spec.waitStrategy.name: Required value`,
			`spec.healthCheckExprs[0].apiVersion: Required value`,
			`spec.healthCheckExprs[0].current: Required value`,
		},
	},
	{
		Name:     "common metadata",
		Change:   `spec: {commonMetadata: {labels: {team: "a b"}}}`,
		Faults:   []string{`spec.commonMetadata.labels: Invalid value: "a b": ` + notLabelValue},
		Stricter: "nothing could be installed",
	},
	{
		Name:   "two expressions for one kind",
		Change: `spec: {healthCheckExprs: [{apiVersion: a/v1, kind: A, current: "true"}, {apiVersion: a/v2, kind: A, current: "true"}, {apiVersion: a/b/c, kind: A, current: "true"}]}`,
		Faults: []string{
			`spec.healthCheckExprs[1]: Duplicate value: "A.a"`,
			`spec.healthCheckExprs[2].apiVersion: Invalid value: "a/b/c": must be v1 or group/version`,
		},
		Stricter: "the controller stalls",
	},
	{
		Name:   "patches that are none",
		Change: `spec: {postRenderers: [{kustomize: {patches: [{patch: "{{x"}, {patch: text, target: {kind: A}}, {patch: "data: {a: b}"}, {patch: "[1]", target: {}}]}}]}`,
		Faults: []string{
			`spec.postRenderers[0].kustomize.patches[0].patch: Invalid value: must be YAML: it does not parse`,
			`spec.postRenderers[0].kustomize.patches[1].patch: Invalid value: must be a strategic merge patch or a list of JSON patch operations`,
			`spec.postRenderers[0].kustomize.patches[2].patch: Invalid value: a strategic merge patch must have kind and metadata.name`,
			`spec.postRenderers[0].kustomize.patches[3].patch[0].op: Unsupported value: "": supported values: "add", "remove", "replace", "move", "copy", "test"`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:   "JSON patches",
		Change: `spec: {postRenderers: [{kustomize: {patches: [{patch: '[{"op": "remove", "path": "/a"}]'}, {patch: '[{"op": "delete", "path": "/a"}, {"op": "add"}, {"op": "copy", "path": "/a"}]', target: {}}]}}]}`,
		Faults: []string{
			`spec.postRenderers[0].kustomize.patches[0].target: Required value: a list of JSON patch operations names no object`,
			`spec.postRenderers[0].kustomize.patches[1].patch[0].op: Unsupported value: "delete": supported values: "add", "remove", "replace", "move", "copy", "test"`,
			`spec.postRenderers[0].kustomize.patches[1].patch[1].path: Required value`,
			`spec.postRenderers[0].kustomize.patches[1].patch[2].from: Required value`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:   "targets of patches",
		Change: `spec: {postRenderers: [{kustomize: {patches: [{patch: "{}", target: {group: "(", version: "(", kind: "(", name: "(", namespace: "(", labelSelector: "=", annotationSelector: "a in"}}, {patch: "kind: A\nmetadata: {name: a}\n---\nkind: A\nmetadata: {name: b}", target: {kind: A}}]}}]}`,
		Faults: []string{
			"spec.postRenderers[0].kustomize.patches[0].target.group: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.postRenderers[0].kustomize.patches[0].target.version: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.postRenderers[0].kustomize.patches[0].target.kind: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.postRenderers[0].kustomize.patches[0].target.name: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.postRenderers[0].kustomize.patches[0].target.namespace: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			`spec.postRenderers[0].kustomize.patches[0].target.labelSelector: Invalid value: "=": ...`,
			`spec.postRenderers[0].kustomize.patches[0].target.annotationSelector: Invalid value: "a in": ...`,
			`spec.postRenderers[0].kustomize.patches[1].patch: Invalid value: must be one strategic merge patch if there is a target`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:     "anybody may sign the chart",
		Change:   `spec: {chart: {spec: {verify: {provider: cosign}}}}`,
		Faults:   []string{`spec.chart.spec.verify.secretRef: Required value: without a key and an identity anybody may have signed`},
		Stricter: "any signer passes, or none can",
	},
	{
		Name:   "metadata of the chart",
		Change: `spec: {chart: {metadata: {labels: {team: "a b"}, annotations: {"a/b/c": ""}}}}`,
		Faults: []string{
			`spec.chart.metadata.labels: Invalid value: "a b": a valid label must be an empty string or consist of...`,
			`spec.chart.metadata.annotations: Invalid value: "a/b/c": a valid label key must consist of...`,
		},
		Stricter: "the HelmChart cannot be made",
	},
	{
		Name:     "target of drift",
		Change:   `spec: {driftDetection: {ignore: [{paths: [/a], target: {name: "("}}]}}`,
		Faults:   []string{"spec.driftDetection.ignore[0].target.name: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`"},
		Stricter: "the controller fails to parse it",
	},
	{
		Name:   "where values are set",
		Change: `spec: {valuesFrom: [{kind: Secret, name: a, targetPath: "a..b"}, {kind: Secret, name: a, targetPath: "[0]"}, {kind: Secret, name: a, targetPath: "a[0]b"}, {kind: Secret, name: a, targetPath: "a[65537]"}]}`,
		Faults: []string{
			`spec.valuesFrom[0].targetPath: Invalid value: "a..b": must be a path of keys, such as a.b[0].c`,
			`spec.valuesFrom[1].targetPath: Invalid value: "[0]": must be a path of keys, such as a.b[0].c`,
			`spec.valuesFrom[2].targetPath: Invalid value: "a[0]b": must be a path of keys, such as a.b[0].c`,
			`spec.valuesFrom[3].targetPath: Invalid value: "a[65537]": must not have an index above 65536`,
		},
		Stricter: "Helm fails to set them, or sets nothing",
	},
}
