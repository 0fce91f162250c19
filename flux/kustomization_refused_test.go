package flux_test

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var kustomizationRefuses = []buildtest.Refuses{
	{
		Name:     "a name that is not a label value",
		Change:   `metadata: {name: ` + strings.Repeat("a", 64) + `}`,
		Faults:   []string{`metadata.name: Too long: may not be more than 63 bytes`},
		Stricter: "the controller labels what it applies with the name",
	},
	{
		Name:   "no source",
		Change: `spec: {sourceRef: {kind: "", name: ""}}`,
		Faults: []string{`spec.sourceRef: Required value`},
	},
	{
		Name:   "a source that holds no manifests",
		Change: `spec: {sourceRef: {kind: HelmRepository, name: "", namespace: Elsewhere}}`,
		Faults: []string{
			`spec.sourceRef.kind: Unsupported value: "HelmRepository": supported values: "GitRepository", "OCIRepository", "Bucket", "ExternalArtifact"`,
			`spec.sourceRef.name: Required value`,
			`spec.sourceRef.namespace: Invalid value: "Elsewhere": ` + notLabel,
		},
	},
	{
		Name:   "durations",
		Change: `spec: {interval: "-1m", retryInterval: "-1ns", timeout: "1ns"}`,
		Faults: []string{
			`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
			`spec.retryInterval: Invalid value: "-1ns": must be greater than 0s`,
			`spec.timeout: Invalid value: "1ns": must be in whole milliseconds or more: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		},
	},
	{
		Name:   "dependencies",
		Change: `spec: {dependsOn: [{name: "", namespace: A}, {name: apps}]}`,
		Faults: []string{
			`spec.dependsOn[0].name: Required value`,
			`spec.dependsOn[0].namespace: Invalid value: "A": ` + notLabel,
			`spec.dependsOn[1]: Invalid value: "apps": must not depend on itself`,
		},
		Stricter: "it would wait forever",
	},
	{
		Name:     "a dependency on nothing",
		Change:   `spec: {dependsOn: [{name: ""}]}`,
		Faults:   []string{`spec.dependsOn[0].name: Required value`},
		Stricter: "it would wait forever",
	},
	{
		Name:   "path, account",
		Change: `spec: {path: ../other, serviceAccountName: "system:admin"}`,
		Faults: []string{
			`spec.path: Invalid value: "../other": must not contain ".."`,
			`spec.serviceAccountName: Invalid value: "system:admin": ` + notSubdomain,
		},
		Stricter: "CVE-2022-24877; no such account can exist",
	},
	{
		Name:   "no kubeconfig",
		Change: `spec: {kubeConfig: {}}`,
		Faults: []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
	},
	{
		Name:   "two kubeconfigs",
		Change: `spec: {kubeConfig: {configMapRef: {name: proxy}, secretRef: {name: proxy}}}`,
		Faults: []string{`spec.kubeConfig: Invalid value: "": exactly one of configMapRef and secretRef must be specified`},
	},
	{
		Name:   "kubeconfig without a name",
		Change: `spec: {kubeConfig: {secretRef: {key: a/b, name: ""}}}`,
		Faults: []string{
			`spec.kubeConfig.secretRef.name: Required value`,
			`spec.kubeConfig.secretRef.key: Invalid value: "a/b": a valid config key must consist of...`,
		},
		Stricter: "Flux takes the empty name for a Secret and never finds it",
	},
	{
		Name:   "target namespace",
		Change: `spec: {targetNamespace: ` + strings.Repeat("a", 64) + `}`,
		Faults: []string{`spec.targetNamespace: Invalid value: "` + strings.Repeat("a", 64) + `": must be no more than 63 characters`},
	},
	{
		Name:   "deletion policy",
		Change: `spec: {deletionPolicy: Keep}`,
		Faults: []string{`spec.deletionPolicy: Unsupported value: "Keep": supported values: "MirrorPrune", "Delete", "WaitForTermination", "Orphan"`},
	},
	{
		Name:   "health",
		Change: `spec: {healthCheckExprs: [{apiVersion: "", current: ""}], healthChecks: [{kind: "", name: "", namespace: A}]}`,
		Faults: []string{
			`spec.healthChecks[0].kind: Required value`,
			`spec.healthChecks[0].name: Required value`,
			`spec.healthChecks[0].namespace: Invalid value: "A": ` + notLabel,
			`spec.healthCheckExprs[0].apiVersion: Required value`,
			`spec.healthCheckExprs[0].current: Required value`,
		},
		Stricter: "nothing can be looked up without a kind and a name",
	},
	{
		Name:   "affixes",
		Change: `spec: {namePrefix: ` + strings.Repeat("a", 201) + `, nameSuffix: "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"}`,
		Faults: []string{
			`spec.namePrefix: Invalid value: "` + strings.Repeat("a", 201) + `": must have at most 200 characters, has 201`,
			`spec.nameSuffix: Invalid value: "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé": must have at most 200 characters, has 201`,
		},
	},
	{
		Name:   "common metadata",
		Change: `spec: {commonMetadata: {annotations: {a/b/c: ""}, labels: {"a b": c}}}`,
		Faults: []string{
			`spec.commonMetadata.labels: Invalid value: "a b": name part must consist of...`,
			`spec.commonMetadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
		},
		Stricter: "nothing could be applied",
	},
	{
		Name:   "decryption",
		Change: `spec: {decryption: {provider: age, secretRef: {name: ""}, serviceAccountName: A}}`,
		Faults: []string{
			`spec.decryption.provider: Unsupported value: "age": supported values: "sops"`,
			`spec.decryption.secretRef.name: Required value`,
			`spec.decryption.serviceAccountName: Invalid value: "A": ` + notSubdomain,
		},
	},
	{
		Name:   "substitutions",
		Change: `spec: {postBuild: {substitute: {"1": "", a-b: "", c: ""}, substituteFrom: [{kind: Deployment, name: ""}], substituteStrategy: Never}}`,
		Faults: []string{
			`spec.postBuild.substituteStrategy: Unsupported value: "Never": supported values: "WithVariables", "Always"`,
			`spec.postBuild.substitute[1]: Invalid value: "1": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
			`spec.postBuild.substitute[a-b]: Invalid value: "a-b": must match ^[_[:alpha:]][_[:alpha:][:digit:]]*$`,
			`spec.postBuild.substituteFrom[0].kind: Unsupported value: "Deployment": supported values: "Secret", "ConfigMap"`,
			`spec.postBuild.substituteFrom[0].name: Required value`,
		},
	},
	{
		Name:   "patch and image",
		Change: `spec: {images: [{name: ""}], patches: [{patch: ""}]}`,
		Faults: []string{
			`spec.patches[0].patch: Required value`,
			`spec.images[0].name: Required value`,
		},
		Stricter: "kustomize refuses both",
	},
	{
		Name:   "components",
		Change: `spec: {components: ["", https://github.com/org/component]}`,
		Faults: []string{
			`spec.components[0]: Required value`,
			`spec.components[1]: Invalid value: "https://github.com/org/component": must be a path in the source, relative to path`,
		},
		Stricter: "the controller refuses both",
	},
	{
		Name:   "build metadata",
		Change: `spec: {buildMetadata: [managedByLabel]}`,
		Faults: []string{`spec.buildMetadata[0]: Unsupported value: "managedByLabel": supported values: "originAnnotations", "transformerAnnotations"`},
	},
	{
		Name:   "ignored changes",
		Change: `spec: {ignore: [{paths: null}, {paths: [spec.replicas]}]}`,
		Faults: []string{
			`spec.ignore[0].paths: Required value`,
			`spec.ignore[1].paths[0]: Invalid value: "spec.replicas": must be a JSON pointer, starting with "/"`,
		},
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
		Change: `spec: {patches: [{patch: "{{x"}, {patch: text, target: {kind: A}}, {patch: "data: {a: b}"}, {patch: "[1]", target: {}}]}`,
		Faults: []string{
			`spec.patches[0].patch: Invalid value: must be YAML: it does not parse`,
			`spec.patches[1].patch: Invalid value: must be a strategic merge patch or a list of JSON patch operations`,
			`spec.patches[2].patch: Invalid value: a strategic merge patch must have kind and metadata.name`,
			`spec.patches[3].patch[0].op: Unsupported value: "": supported values: "add", "remove", "replace", "move", "copy", "test"`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:   "JSON patches",
		Change: `spec: {patches: [{patch: '[{"op": "remove", "path": "/a"}]'}, {patch: '[{"op": "delete", "path": "/a"}, {"op": "add"}, {"op": "copy", "path": "/a"}]', target: {}}]}`,
		Faults: []string{
			`spec.patches[0].target: Required value: a list of JSON patch operations names no object`,
			`spec.patches[1].patch[0].op: Unsupported value: "delete": supported values: "add", "remove", "replace", "move", "copy", "test"`,
			`spec.patches[1].patch[1].path: Required value`,
			`spec.patches[1].patch[2].from: Required value`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:   "targets of patches",
		Change: `spec: {patches: [{patch: "{}", target: {group: "(", version: "(", kind: "(", name: "(", namespace: "(", labelSelector: "=", annotationSelector: "a in"}}, {patch: "kind: A\nmetadata: {name: a}\n---\nkind: A\nmetadata: {name: b}", target: {kind: A}}]}`,
		Faults: []string{
			"spec.patches[0].target.group: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.patches[0].target.version: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.patches[0].target.kind: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.patches[0].target.name: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			"spec.patches[0].target.namespace: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			`spec.patches[0].target.labelSelector: Invalid value: "=": ...`,
			`spec.patches[0].target.annotationSelector: Invalid value: "a in": ...`,
			`spec.patches[1].patch: Invalid value: must be one strategic merge patch if there is a target`,
		},
		Stricter: "kustomize fails to build",
	},
	{
		Name:   "absolute, remote and backslashed paths",
		Change: `spec: {path: ".\\apps", components: [/a, github.com/x/y, "git@h:x", "git::h", "a\\b"]}`,
		Faults: []string{
			`spec.path: Invalid value: ".\\apps": must have / between directories, not a backslash`,
			`spec.components[0]: Invalid value: "/a": must be a path in the source, relative to path`,
			`spec.components[1]: Invalid value: "github.com/x/y": must be a path in the source, relative to path`,
			`spec.components[2]: Invalid value: "REDACTED@h:x": must be a path in the source, relative to path`,
			`spec.components[3]: Invalid value: "git::h": must be a path in the source, relative to path`,
			`spec.components[4]: Invalid value: "a\\b": must have / between directories, not a backslash`,
		},
		Stricter: "the controller rejects them, or finds no such directory",
	},
	{
		Name:   "targets of ignored fields",
		Change: `spec: {ignore: [{paths: [/a], target: {kind: "("}}], healthChecks: [{apiVersion: a/b/c, kind: A, name: a}]}`,
		Faults: []string{
			`spec.healthChecks[0].apiVersion: Invalid value: "a/b/c": must be v1 or group/version`,
			"spec.ignore[0].target.kind: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
		},
		Stricter: "the controller fails to parse them",
	},
	{
		Name:   "URLs as paths, paths of operations",
		Change: `spec: {path: "https://user:hunter2@github.com/org/apps", patches: [{patch: "- op: add\n  path: data\n  value: a", target: {kind: A}}]}`,
		Faults: []string{
			`spec.path: Invalid value: "https://REDACTED@github.com/org/apps": must be a path in the source, not a URL`,
			`spec.patches[0].patch[0].path: Invalid value: must be a JSON pointer, starting with "/"`,
		},
		Stricter: "the controller finds no such directory; kustomize fails to build",
	},
	{
		Name:     "health of a kind without an API version",
		Change:   `spec: {healthChecks: [{kind: Deployment, name: web}, {kind: Job, name: migrate}]}`,
		Faults:   []string{`spec.healthChecks[1].apiVersion: Required value: without one the kind is looked for in apps/v1`},
		Stricter: "the controller waits for a kind that does not exist",
	},
	{
		Name:     "the whole object, ignored",
		Change:   `spec: {ignore: [{paths: [""]}]}`,
		Faults:   []string{`spec.ignore[0].paths[0]: Invalid value: "": must be a JSON pointer, starting with "/"`},
		Stricter: "the controller removes nothing, and so ignores nothing",
	},
}
