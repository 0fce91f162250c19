package attack_test

import "strings"

// loadAttacks have kustomize load a file by http, by every field that takes a file.
// What is loaded is a ConfigMap, which is of use in some of the fields only: in the
// others kustomize says what is wrong with it, and so has loaded it.
func loadAttacks() []attack {
	var list []attack
	for _, row := range []struct{ field, effect string }{
		{field: `generators: ["${files}/remote.yaml"]`, effect: `unable to load external plugin 'ConfigMap'`},
		{field: `transformers: ["${files}/remote.yaml"]`, effect: `unable to load external plugin 'ConfigMap'`},
		{field: `validators: ["${files}/remote.yaml"]`, effect: `unable to load external plugin 'ConfigMap'`},
		{field: `configurations: ["${files}/remote.yaml"]`, effect: `unknown field "apiVersion"`},
		{field: `crds: ["${files}/remote.yaml"]`, effect: `unable to parse open API definition from`},
		{field: `openapi: {path: "${files}/remote.yaml"}`},
		{field: `patches: [{path: "${files}/remote.yaml", target: {kind: Secret}}]`},
		{field: `patchesStrategicMerge: ["${files}/remote.yaml"]`, effect: `failed to find unique target for patch ConfigMap`},
		{field: `replacements: [{path: "${files}/remote.yaml"}]`, effect: `replacements must specify a source`},
		{field: `configMapGenerator: [{name: "${id}", envs: ["${files}/remote.yaml"]}]`, effect: "data[{apiVersion: v1, kind: ConfigMap"},
		{field: `secretGenerator: [{name: "${id}", files: ["x=${files}/remote.yaml"]}]`},
	} {
		name, _, _ := strings.Cut(row.field, ":")
		list = append(list, attack{
			name:   "file loaded from a server by " + name + " of kustomization.yaml",
			git:    kustomizationFile(row.field),
			effect: row.effect,
			flags:  refusal{byEnvironment, deadProxy},
			rule:   "kustomize-remote",
		})
	}
	return append(list, []attack{
		{
			name:   "file loaded from a server by components of kustomization.yaml",
			git:    kustomizationFile(`components: ["${files}/remote.yaml"]`),
			always: refusal{byFlux, "must build at directory"}, // kustomize clones components, and loads none
		},
		{
			name:   "Helm chart inflated by kustomize",
			git:    kustomizationFile(`helmCharts: [{name: app, repo: "${files}", version: 1.0.0}]`),
			always: refusal{byFlux, "must specify --enable-helm"},
		},
		{
			name:   "program run as a transformer of kustomize",
			git:    kustomizationFile(`transformers: ["{apiVersion: x/v1, kind: X, metadata: {name: x, annotations: {config.kubernetes.io/function: \"exec: {path: /bin/true}\"}}}"]`),
			always: refusal{byFlux, "external plugins disabled"},
		},
		{
			name:   "container run as a generator of kustomize",
			git:    kustomizationFile(`generators: ["{apiVersion: x/v1, kind: X, metadata: {name: x, annotations: {config.kubernetes.io/function: \"container: {image: x}\"}}}"]`),
			always: refusal{byFlux, "external plugins disabled"},
		},
		{
			name:   "built-in plugin of kustomize that runs helm",
			git:    kustomizationFile(`generators: ["{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: x}, name: app, repo: \"${files}\", version: 1.0.0}"]`),
			always: refusal{byFlux, "must specify --enable-helm"},
		},
		{
			name:   "file of the controller by a generator",
			git:    kustomizationFile(`secretGenerator: [{name: "${id}", files: [x=/var/run/secrets/kubernetes.io/serviceaccount/token]}]`),
			always: refusal{byFlux, "fs-security-constraint read /var/run/secrets"},
		},
		{
			name:   "environment of the controller by a generator",
			git:    kustomizationFile(`configMapGenerator: [{name: "${id}", envs: [../../../../proc/self/environ]}]`),
			always: refusal{byFlux, "fs-security-constraint read"},
		},
	}...)
}
