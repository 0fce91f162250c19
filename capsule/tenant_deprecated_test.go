package capsule_test

import "github.com/fluxcapsule/fluxcapsule/internal/buildtest"

// Fields that Capsule has deprecated.
var deprecatedAccepted = []string{
	`spec: {owners: [{kind: User, name: alice, clusterRoles: [edit], proxySettings: [{kind: Nodes, operations: [List]}], labels: {a: b}, annotations: {c: d}}]}`,
	`spec: {resourceQuotas: {scope: Namespace, items: [{hard: {requests.cpu: "4"}}]}}`,
	`
spec:
  serviceOptions:
    additionalMetadata: {labels: {a: b}, annotations: {c: d}}
    allowedServices: {nodePort: false, externalName: false, loadBalancer: false}
    externalIPs: {allowed: [10.0.0.0/8, 192.168.0.1]}
    forbiddenLabels: {denied: [e], deniedRegex: ^f}
    forbiddenAnnotations: {denied: [g], deniedRegex: ^h}`,
	`spec: {podOptions: {additionalMetadata: {labels: {a: b}, annotations: {c: d}}}}`,
	`spec: {containerRegistries: {allowed: [ghcr.io], allowedRegex: ^ghcr}}`,
	`spec: {imagePullPolicies: [Always]}`,
	`spec: {networkPolicies: {items: [{podSelector: {}, policyTypes: [Ingress]}]}}`,
	`spec: {limitRanges: {items: [{limits: [{type: Pod, max: {cpu: "1"}}]}]}}`,
	`spec: {ingressOptions: {allowedHostnames: {allowedRegex: '\.example\.com$'}}}`,
	`spec: {namespaceOptions: {additionalMetadata: {labels: {tenant: "{{tenant.name}}"}, annotations: {c: "in {{ namespace }}"}}}}`,
	`spec: {namespaceOptions: {additionalMetadataList: [{namespaceSelector: ` + fastYAML + `, labels: {a: b}, annotations: {c: d}}]}}`,
	`spec: {namespaceOptions: {requiredMetadata: {labels: {env: ^(dev|prod)$}, annotations: {c: .+}}}}`,
	`spec: {namespaceOptions: {forbiddenLabels: {denied: [a], deniedRegex: ^b}, forbiddenAnnotations: {denied: [a], deniedRegex: ^b}}}`,
}

var deprecatedRefused = []buildtest.Refuses{
	{
		Name: "an inline owner",
		Change: `
spec:
  owners:
  - kind: ServiceAccount
    name: runner
    clusterRoles: [a/b]
    proxySettings: [{kind: Tenant}, {kind: Nodes, operations: [Get]}]
    labels: {a: b c}`,
		Faults: []string{
			`spec.owners[0].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
			`spec.owners[0].clusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
			`spec.owners[0].proxySettings[0].kind: Unsupported value: "Tenant": supported values: "Nodes", "StorageClasses", "IngressClasses", "PriorityClasses", "RuntimeClasses", "PersistentVolumes"`,
			"spec.owners[0].proxySettings[0].operations: Required value",
			`spec.owners[0].proxySettings[1].operations[0]: Unsupported value: "Get": supported values: "List", "Update", "Delete"`,
			`spec.owners[0].labels: Invalid value: "b c": ` + notLabelValue,
		},
	},
	{
		Name:   "inline owners that have everything or are everybody",
		Change: `spec: {owners: [{kind: User, name: alice, clusterRoles: [cluster-admin]}, {kind: Group, name: "system:authenticated"}]}`,
		Faults: []string{
			"spec.owners[0].clusterRoles[0]: " + notClusterAdmin,
			"spec.owners[1].name: Forbidden: system:authenticated" + notEverybody,
		},
		Stricter: widens,
	},
	{
		Name: "expressions that do not compile",
		Change: `
spec:
  storageClasses: {allowedRegex: (}
  ingressOptions: {allowedClasses: {allowedRegex: (}, allowedHostnames: {allowedRegex: (}}
  gatewayOptions: {allowedClasses: {allowedRegex: (}}
  priorityClasses: {allowedRegex: (}
  runtimeClasses: {allowedRegex: (}
  deviceClasses: {allowedRegex: (}
  containerRegistries: {allowedRegex: (}
  namespaceOptions:
    forbiddenLabels: {deniedRegex: (}
    forbiddenAnnotations: {deniedRegex: (}
    requiredMetadata: {labels: {env: (}, annotations: {c: (}}`,
		Faults: []string{
			`spec.storageClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.ingressOptions.allowedClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.gatewayOptions.allowedClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.priorityClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.runtimeClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.deviceClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.ingressOptions.allowedHostnames.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.containerRegistries.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.requiredMetadata.labels[env]: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.requiredMetadata.annotations[c]: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.forbiddenLabels.deniedRegex: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.forbiddenAnnotations.deniedRegex: Invalid value: "(": ` + notRegexp,
		},
		Stricter: webhookRefuses,
	},
	{
		Name: "values that are none of the allowed",
		Change: `
spec:
  imagePullPolicies: [Sometimes]
  resourceQuotas: {scope: Cluster}
  limitRanges: {items: [{limits: []}, {limits: [{type: Node}]}]}
  serviceOptions: {externalIPs: {}}`,
		Faults: []string{
			`spec.imagePullPolicies[0]: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`,
			`spec.resourceQuotas.scope: Unsupported value: "Cluster": supported values: "Tenant", "Namespace"`,
			"spec.limitRanges.items[0].limits: Required value",
			`spec.limitRanges.items[1].limits[0].type: Unsupported value: "Node": supported values: "Pod", "Container", "PersistentVolumeClaim"`,
			"spec.limitRanges.items[1].limits[0]: Required value: at least one limit",
			"spec.serviceOptions.externalIPs.allowed: Required value: an empty list allows none",
		},
	},
	{
		Name:   "addresses",
		Change: `spec: {serviceOptions: {externalIPs: {allowed: ["::1", 10.0.0.0/40]}}}`,
		Faults: []string{
			`spec.serviceOptions.externalIPs.allowed[0]: Invalid value: "::1": must be an IPv4 address or a range of them`,
			`spec.serviceOptions.externalIPs.allowed[1]: Invalid value: "10.0.0.0/40": must be an IPv4 address or a range of them`,
		},
	},
	{
		Name: "metadata with templates",
		Change: `
spec:
  podOptions: {additionalMetadata: {labels: {a: b c}}}
  namespaceOptions:
    additionalMetadata: {labels: {a: "{{tenant.owner}}"}, annotations: {c: "{{"}}
    additionalMetadataList: [{labels: {a b: ""}}]
    forbiddenLabels: {denied: [a b]}`,
		Faults: []string{
			`spec.podOptions.additionalMetadata.labels[a]: Invalid value: "b c": ` + notLabelValue,
			`spec.namespaceOptions.additionalMetadata.labels[a]: Invalid value: "{{tenant.owner}}": unsupported template "tenant.owner" in "{{tenant.owner}}", allowed templates are {{namespace}}, {{tenant.name}}`,
			`spec.namespaceOptions.additionalMetadata.annotations[c]: Invalid value: "{{": malformed template "{{"`,
			`spec.namespaceOptions.additionalMetadataList[0].labels[a b]: Invalid value: "a b": ` + notNamePart,
			`spec.namespaceOptions.forbiddenLabels.denied[0]: Invalid value: "a b": ` + notNamePart,
		},
		Stricter: webhookRefuses,
	},
}
