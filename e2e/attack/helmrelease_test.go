package attack_test

// helmReleaseAttacks are HelmReleases that the tenant writes into its home
// namespace.
func helmReleaseAttacks() []attack {
	return []attack{
		{
			name:        "HelmRelease: chart source of another tenant",
			helmRelease: `{chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts, namespace: ${victim}}}}}`,
			flags:       refusal{byFlag, "cross-namespace references are not allowed"},
			policy:      refusal{byPolicy, "spec.chart.spec.sourceRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:        "HelmRelease: chart source in flux-system",
			helmRelease: `{chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts, namespace: flux-system}}}}`,
			flags:       refusal{byFlag, "cross-namespace references are not allowed"},
			policy:      refusal{byPolicy, "spec.chart.spec.sourceRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:        "HelmRelease: chartRef of another tenant",
			helmRelease: `{chart: null, chartRef: {kind: HelmChart, name: ${victim}-app, namespace: ${victim}}}`,
			flags:       refusal{byFlag, "cross-namespace references are not allowed"},
			policy:      refusal{byPolicy, "spec.chartRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:        "HelmRelease: chartRef in flux-system",
			helmRelease: `{chart: null, chartRef: {kind: HelmChart, name: app, namespace: flux-system}}`,
			flags:       refusal{byFlag, "cross-namespace references are not allowed"},
			policy:      refusal{byPolicy, "spec.chartRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:        "HelmRelease: dependsOn another tenant",
			helmRelease: `{dependsOn: [{name: app, namespace: ${victim}}]}`,
			policy:      refusal{byPolicy, "spec.dependsOn[].namespace: refer to objects of your own namespace only"},
			rule:        "flux-depends-on",
		}, {
			name:        "HelmRelease: dependsOn flux-system",
			helmRelease: `{dependsOn: [{name: app, namespace: flux-system}]}`,
			policy:      refusal{byPolicy, "spec.dependsOn[].namespace: refer to objects of your own namespace only"},
			rule:        "flux-depends-on",
		},

		{
			name:        "HelmRelease: privileged serviceAccountName",
			helmRelease: `{serviceAccountName: helm-controller}`,
			always:      refusal{byRBAC, `User "system:serviceaccount:${me}:helm-controller" cannot`},
			proxied:     refusal{byProxy, "failed to query with labels: unknown (get secrets)"},
			direct:      refusal{byRBAC, `cannot impersonate resource "serviceaccounts"`},
		},
		{
			name:        "HelmRelease: no serviceAccountName",
			helmRelease: `{serviceAccountName: null, values: {namespace: flux-system, name: ${id}}}`,
			flags:       refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot get resource "configmaps" in API group "" in the namespace "flux-system"`},
			policy:      refusal{byPolicy, "spec.serviceAccountName: name the account to act as"},
		},
		{
			name:        "HelmRelease: targetNamespace of another tenant",
			helmRelease: `{targetNamespace: ${theirs}}`,
			always:      refusal{byRBAC, `in the namespace "${theirs}"`},
		},
		{
			name:        "HelmRelease: targetNamespace flux-system",
			helmRelease: `{targetNamespace: flux-system}`,
			always:      refusal{byRBAC, `in the namespace "flux-system"`},
			policy:      refusal{byPolicy, "must not be a namespace of Kubernetes, Flux or Capsule"},
		},
		{
			name:        "HelmRelease: storageNamespace of another tenant",
			helmRelease: `{storageNamespace: ${theirs}}`,
			always:      refusal{byRBAC, `in the namespace "${theirs}"`},
		},
		{
			name:        "HelmRelease: storageNamespace flux-system",
			helmRelease: `{storageNamespace: flux-system}`,
			always:      refusal{byRBAC, `in the namespace "flux-system"`},
			policy:      refusal{byPolicy, "must not be a namespace of Kubernetes, Flux or Capsule"},
		},
		{
			name:        "HelmRelease: template for another tenant's namespace",
			helmRelease: `{values: {namespace: ${theirs}}}`,
			always:      refusal{byRBAC, `in the namespace "${theirs}"`},
		},
		{
			name:        "HelmRelease: createNamespace for another tenant's name",
			helmRelease: `{targetNamespace: ${victim}, install: {createNamespace: true}}`,
			always:      refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "${victim}"`},
		},
		{
			name:        "HelmRelease: chart with a CustomResourceDefinition",
			helmRelease: `{chart: {spec: {chart: crds, sourceRef: {kind: HelmRepository, name: charts}}}}`,
			always:      refusal{byRBAC, "customresourcedefinitions"},
		},
		{
			name:        "HelmRelease: valuesFrom a Secret of flux-system or another tenant",
			helmRelease: `{valuesFrom: [{kind: Secret, name: hidden}]}`,
			always:      refusal{byFlux, `"hidden" not found`},
		},
		{
			name:        "HelmRelease: kubeConfig Secret of flux-system or another tenant",
			helmRelease: `{kubeConfig: {secretRef: {name: hidden}}}`,
			always:      refusal{byFlux, `"hidden" not found`},
		},
		{
			name:        "HelmRelease: kubeConfig Secret with helm-controller's token file",
			with:        `{apiVersion: v1, kind: Secret, metadata: {name: "${id}", namespace: "${me}"}, stringData: {value: '{apiVersion: v1, kind: Config, current-context: x, clusters: [{name: x, cluster: {server: "${server}"}}], users: [{name: x, user: {tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}}], contexts: [{name: x, context: {cluster: x, user: x}}]}'}}`,
			helmRelease: `{kubeConfig: {secretRef: {name: "${id}"}}}`,
			always:      refusal{byFlux, "references a tokenFile, only an inline token is supported"},
		},
		{
			name:        "HelmRelease: kubeConfig ConfigMap without serviceAccountName",
			with:        `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
			helmRelease: `{kubeConfig: {configMapRef: {name: "${id}"}}, values: {namespace: flux-system, name: "${id}"}}`,
			gated:       refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot`},
			ungated:     refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot`},
			policy:      refusal{byPolicy, "data.serviceAccountName: name the account"},
		},
		{
			name:        "HelmRelease: kubeConfig Secret of the tenant's own server, with the controller's token file",
			with:        ownServerByTokenFile,
			helmRelease: `{kubeConfig: {secretRef: {name: "${id}"}}}`,
			steals:      true,
			always:      refusal{byFlux, "references a tokenFile, only an inline token is supported"},
		},
		{
			name:        "HelmRelease: kubeConfig ConfigMap without serviceAccountName, of the tenant's own server",
			with:        ownServer,
			helmRelease: `{kubeConfig: {configMapRef: {name: "${id}"}}}`,
			steals:      true,
			gated:       refusal{byFlag, "the server could not find the requested resource (get secrets)"},
			policy:      refusal{byPolicy, "data.serviceAccountName: name the account"},
			rule:        "kubeconfig-account",
		},
	}
}
