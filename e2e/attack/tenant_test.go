package attack_test

// homeAttacks are objects that a tenant has no business to have in its home
// namespace, where Capsule's rules do not reach.
func homeAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, resource, object string }{
		{"Service of type NodePort", "services", `{apiVersion: v1, kind: Service, spec: {type: NodePort, ports: [{port: 80}]}}`},
		{"Service of type LoadBalancer", "services", `{apiVersion: v1, kind: Service, spec: {type: LoadBalancer, ports: [{port: 80}]}}`},
		{"Service of type ExternalName", "services", `{apiVersion: v1, kind: Service, spec: {type: ExternalName, externalName: example.com}}`},
		{"Service with an external IP", "services", `{apiVersion: v1, kind: Service, spec: {externalIPs: [192.0.2.1], ports: [{port: 80}]}}`},
		{"Ingress of another tenant's host name", "ingresses", `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: [{host: blue.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: app, port: {number: 80}}}}]}}]}}`},
		{"volume claim of 10 TiB", "persistentvolumeclaims", `{apiVersion: v1, kind: PersistentVolumeClaim, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Ti}}}}`},
		{"volume claim of an existing volume", "persistentvolumeclaims", `{apiVersion: v1, kind: PersistentVolumeClaim, spec: {volumeName: others, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`},
		{"Deployment", "deployments", `{apiVersion: apps/v1, kind: Deployment, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: x, image: x}]}}}}`},
		{"ServiceAccount", "serviceaccounts", `{apiVersion: v1, kind: ServiceAccount}`},
		{"Role", "roles", `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, rules: []}`},
		{"RoleBinding", "rolebindings", `{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: mallory}]}`},
		{"NetworkPolicy", "networkpolicies", `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {podSelector: {}}}`},
		{"Event of another's making", "events", `{apiVersion: v1, kind: Event, involvedObject: {namespace: "${me}", kind: Kustomization, name: x}, reason: x, message: x}`},
	} {
		list = append(list, attack{
			name:   "its home namespace: " + row.name,
			object: withName(row.object),
			always: refusal{byRBAC, `resource "` + row.resource + `"`},
		})
	}
	return list
}

// withName names an object that has no metadata.
func withName(object string) string {
	i := len("{")
	return object[:i] + `metadata: {name: "${id}", namespace: "${me}"}, ` + object[i:]
}

// identityAttacks have a controller use its own cloud identity for a tenant. There
// is no cloud here, so that the attack works shows in what the controller says.
func identityAttacks() []attack {
	var list []attack
	for _, provider := range []string{"aws", "azure", "gcp"} {
		list = append(list, attack{
			name:   "HelmRepository: cloud identity of source-controller, " + provider,
			object: `{apiVersion: source.toolkit.fluxcd.io/v1, kind: HelmRepository, metadata: {name: "${id}", namespace: "${me}"}, spec: {type: oci, provider: ` + provider + `, url: "oci://registry.example.com/x", interval: 10m}}`,
			policy: refusal{byPolicy, "spec.provider: "},
			rule:   "flux-cloud-identity",
		})
	}
	for _, kind := range []string{"googlepubsub", "azureeventhub", "azuredevops"} {
		list = append(list, attack{
			name:   "Provider: cloud identity of notification-controller, " + kind,
			object: `{apiVersion: notification.toolkit.fluxcd.io/v1beta3, kind: Provider, metadata: {name: "${id}", namespace: "${me}"}, spec: {type: ` + kind + `, address: "https://example.com", channel: x}}`,
			policy: refusal{byPolicy, "spec.serviceAccountName: "},
			rule:   "flux-cloud-identity",
		})
	}
	return list
}

// timeAttacks take Flux's workers, or wear them out.
func timeAttacks() []attack {
	return []attack{
		{
			name:          "Kustomization: timeout of a day",
			kustomization: `{timeout: 24h}`,
			policy:        refusal{byPolicy, "spec.timeout: "},
			rule:          "flux-times",
		},
		{
			name:          "Kustomization: no timeout, and an interval of a day",
			kustomization: `{timeout: null, interval: 24h}`,
			policy:        refusal{byPolicy, "spec.timeout: "},
			rule:          "flux-times",
		},
		{
			name:          "Kustomization: interval of a second",
			kustomization: `{interval: 1s}`,
			policy:        refusal{byPolicy, "spec.interval: "},
			rule:          "flux-times",
		},
		{
			name:          "Kustomization: retryInterval of a second",
			kustomization: `{retryInterval: 1s}`,
			policy:        refusal{byPolicy, "spec.retryInterval: "},
			rule:          "flux-times",
		},
		{
			name:        "HelmRelease: timeout of an upgrade of two hours",
			helmRelease: `{upgrade: {timeout: 2h}}`,
			policy:      refusal{byPolicy, "timeout: "},
			rule:        "flux-times",
		},
	}
}
