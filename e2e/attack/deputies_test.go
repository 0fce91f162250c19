package attack_test

// deputyAttacks have the notification- and image-controllers, and Helm, act on
// another tenant's objects. What a controller makes of an alert or an image does not
// show in its Ready condition here, so that only admission is judged.
func deputyAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, object, says string }{
		{"Alert: events of another tenant", notification("Alert", `providerRef: {name: x}, eventSources: [{kind: Kustomization, name: "*", namespace: "${victim}"}]`), "spec.eventSources[].namespace: "},
		{"Alert: events of flux-system", notification("Alert", `providerRef: {name: x}, eventSources: [{kind: Kustomization, name: "*", namespace: flux-system}]`), "spec.eventSources[].namespace: "},
		{"Receiver: reconciles another tenant's source", notification("Receiver", `type: generic, secretRef: {name: x}, resources: [{kind: GitRepository, name: attacks, namespace: "${victim}"}]`), "spec.resources[].namespace: "},
		{"Receiver: reconciles the platform", notification("Receiver", `type: generic, secretRef: {name: x}, resources: [{kind: GitRepository, name: flux-system, namespace: flux-system}]`), "spec.resources[].namespace: "},
		{"Provider: by a proxy of its own", notification("Provider", `type: generic, address: "https://example.com", proxySecretRef: {name: x}`), "spec.proxySecretRef: "},
		{"ImagePolicy: another tenant's image repository", image("ImagePolicy", `imageRepositoryRef: {name: x, namespace: "${victim}"}, policy: {semver: {range: 1.x}}`), "spec.imageRepositoryRef.namespace: "},
		{"ImageUpdateAutomation: pushes to another tenant's repository", image("ImageUpdateAutomation", `interval: 10m, sourceRef: {kind: GitRepository, name: attacks, namespace: "${victim}"}, git: {commit: {author: {email: x@example.com}}}`), "spec.sourceRef.namespace: "},
		{"ImageUpdateAutomation: pushes to the platform's repository", image("ImageUpdateAutomation", `interval: 10m, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}, git: {commit: {author: {email: x@example.com}}}`), "spec.sourceRef.namespace: "},
		{"ImageRepository: cloud identity of image-reflector-controller", image("ImageRepository", `interval: 10m, timeout: 1m, image: registry.example.com/x, provider: aws`), "spec.serviceAccountName: with a cloud provider name the account"},
		{"ImageRepository: by a proxy of its own", image("ImageRepository", `interval: 10m, timeout: 1m, image: registry.example.com/x, proxySecretRef: {name: x}`), "spec.proxySecretRef: "},
		{"ImageRepository: read by every namespace", image("ImageRepository", `interval: 10m, timeout: 1m, image: registry.example.com/x, accessFrom: {namespaceSelectors: [{}]}`), "spec.accessFrom: must not open the object to other namespaces"},
		{"ImageRepository: interval of a second", image("ImageRepository", `interval: 1s, timeout: 1m, image: registry.example.com/x`), "spec.interval: "},
	} {
		list = append(list, attack{name: row.name, object: row.object, admitted: true, policy: refusal{byPolicy, row.says}})
	}
	return append(list, []attack{
		{
			name:        "HelmRelease: post-renderer that moves an object to another tenant",
			helmRelease: `{postRenderers: [{kustomize: {patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/namespace", "value": "${theirs}"}]'}]}}]}`,
			always:      refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "${theirs}"`},
		},
		{
			name:        "HelmRelease: post-renderer that moves an object to flux-system",
			helmRelease: `{postRenderers: [{kustomize: {patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/namespace", "value": "flux-system"}]'}]}}]}`,
			always:      refusal{byRBAC, `cannot get resource "configmaps" in API group "" in the namespace "flux-system"`},
		},
		{
			name:          "Kustomization: patch that moves an object to another tenant",
			kustomization: `{patches: [{target: {kind: ConfigMap}, patch: '[{"op": "add", "path": "/metadata/namespace", "value": "${theirs}"}]'}]}`,
			always:        refusal{byRBAC, `cannot patch resource "configmaps" in API group "" in the namespace "${theirs}"`},
		},
		{
			name:          "Kustomization: patch that makes an object a ClusterRole",
			kustomization: `{patches: [{target: {kind: ConfigMap}, patch: '[{"op": "replace", "path": "/kind", "value": "ClusterRole"}, {"op": "replace", "path": "/apiVersion", "value": "rbac.authorization.k8s.io/v1"}, {"op": "remove", "path": "/metadata/namespace"}]'}]}`,
			always:        refusal{byRBAC, `cannot patch resource "clusterroles"`},
		},
		{
			name:          "Kustomization: component from a server",
			kustomization: `{components: ["${git}/remote.git?ref=main"]}`,
			always:        refusal{byFlux, "must be local and relative"},
		},
		{
			name:          "Kustomization: impersonates a group by its account's name",
			kustomization: `{serviceAccountName: "gitops-reconciler:system:masters"}`,
			always:        refusal{byRBAC, `User "system:serviceaccount:${me}:gitops-reconciler:system:masters" cannot patch`},
			proxied:       refusal{byProxy, "failed to get server groups: unknown"},
			direct:        refusal{byFlux, "failed to get server groups: unknown"},
		},
	}...)
}

func notification(kind, spec string) string {
	version := "v1beta3"
	if kind == "Receiver" {
		version = "v1"
	}
	return `{apiVersion: notification.toolkit.fluxcd.io/` + version + `, kind: ` + kind + `, metadata: {name: "${id}", namespace: "${me}"}, spec: {` + spec + `}}`
}

func image(kind, spec string) string {
	return `{apiVersion: image.toolkit.fluxcd.io/v1, kind: ` + kind + `, metadata: {name: "${id}", namespace: "${me}"}, spec: {` + spec + `}}`
}
