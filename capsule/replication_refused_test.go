package capsule_test

import "github.com/fluxcapsule/fluxcapsule/internal/buildtest"

const unknownTag = "Capsule knows {{tenant.name}} and, with scope Namespace, {{namespace}}, and would leave out any other: use a generator"

var globalReplicationsRefused = []buildtest.Refuses{
	{
		Name:   "name",
		Change: `metadata: {name: Dev}`,
		Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
	},
	{
		Name:   "no account and no tenants",
		Change: `spec: {serviceAccount: null, tenantSelector: null}`,
		Faults: []string{
			"spec.serviceAccount: Required value: without one Capsule acts with its own privileges; AllowAsController allows it",
			"spec.tenantSelector: Required value: an empty selector selects every tenant; AllowEveryTenant allows it",
		},
		Stricter: widens,
	},
	{
		Name:   "references",
		Change: `spec: {serviceAccount: {namespace: a b, name: A}, scope: Galaxy, dependsOn: [{name: a.b}], tenantSelector: {matchLabels: {a b: ""}}, resyncPeriod: -1ns}`,
		Faults: []string{
			`spec.serviceAccount.name: Invalid value: "A": ` + notLabel,
			`spec.serviceAccount.namespace: Invalid value: "a b": ` + notLabel,
			`spec.scope: Unsupported value: "Galaxy": supported values: "Namespace", "Tenant", "None"`,
			`spec.tenantSelector.matchLabels: Invalid value: "a b": ` + notNamePart,
			`spec.resyncPeriod: Invalid value: "-1ns": must be greater than 0s`,
			`spec.dependsOn[0].name: Invalid value: "a.b": must not contain dots`,
		},
	},
	{
		Name:   "nothing to replicate",
		Change: `spec: {resources: null}`,
		Faults: []string{"spec.resources: Required value: there is nothing to replicate"},
	},
	{
		Name:   "nothing in it",
		Change: `spec: {resources: [{namespaceSelector: {}}]}`,
		Faults: []string{
			"spec.resources[0]: Required value: there is nothing to replicate",
			"spec.resources[0].namespaceSelector: Required value: an empty selector selects every namespace of the tenants: leave it out",
		},
		Stricter: "it does nothing",
	},
	{
		Name:   "no object",
		Change: `spec: {resources: [{rawItems: [null]}]}`,
		Faults: []string{`spec.resources[0].rawItems[0]: Invalid value: "<nil>": must not be nil`},
	},
	{
		Name: "objects",
		Change: `
spec:
  resources:
  - rawItems:
    - {metadata: {}}
    - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: motd}, data: {a: "{{ .Values.a }}"}}
    - {apiVersion: v1, kind: ConfigMap, metadata: {name: motd}, data: {a: "{{ open"}}`,
		Faults: []string{
			"spec.resources[0].rawItems[0].apiVersion: Required value",
			"spec.resources[0].rawItems[0].kind: Required value",
			"spec.resources[0].rawItems[0].metadata.name: Required value",
			"spec.resources[0].rawItems[1].kind: Forbidden: ClusterRole.rbac.authorization.k8s.io is for the whole cluster: a replication would give anyone who changes it access outside of the tenants' namespaces",
			`spec.resources[0].rawItems[2].data.a: Invalid value: "{{ .Values.a }}": ` + unknownTag,
			`spec.resources[0].rawItems[3].data.a: Invalid value: "{{ open": ` + unknownTag,
		},
		Stricter: failsLater,
	},
	{
		Name: "role bindings",
		Change: `
spec:
  resources:
  - rawItems:
    - {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {kind: ClusterRole, name: cluster-admin}, subjects: [{kind: Group, name: "system:authenticated"}]}
    - {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: a}, roleRef: {kind: ClusterRole, name: view}, subjects: none}`,
		Faults: []string{
			"spec.resources[0].rawItems[0].roleRef.name: " + notClusterAdmin,
			"spec.resources[0].rawItems[0].subjects[0].name: Forbidden: system:authenticated" + notEverybody,
			`spec.resources[0].rawItems[1]: Invalid value: "RoleBinding": must be a RoleBinding: json: cannot unmarshal...`,
		},
		Stricter: widens,
	},
	{
		Name:   "objects of no namespace",
		Change: `spec: {scope: Tenant, resources: [{rawItems: [{apiVersion: v1, kind: ConfigMap, metadata: {name: motd}, data: {a: "{{namespace}}"}}]}]}`,
		Faults: []string{
			"spec.resources[0].rawItems[0].metadata.namespace: Required value: only scope Namespace puts an object into a namespace",
			`spec.resources[0].rawItems[0].data.a: Invalid value: "{{namespace}}": ` + unknownTag,
		},
		Stricter: failsLater,
	},
	{
		Name: "copies and templates",
		Change: `
spec:
  resources:
  - namespacedItems:
    - {}
    - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, name: A, namespace: a.b, selector: {matchLabels: {a: b c}}}
    context: {resources: [null, {apiVersion: a/b/c, kind: A}]}
    generators: [{}, {template: "{{ if }}", missingKey: panic}]
    additionalMetadata: {labels: {a: "{{.b}}"}}`,
		Faults: []string{
			"spec.resources[0].namespacedItems[0].kind: Required value",
			"spec.resources[0].namespacedItems[1].kind: Forbidden: ClusterRole is for the whole cluster",
			`spec.resources[0].namespacedItems[1].name: Invalid value: "A": ` + notSubdomain,
			`spec.resources[0].namespacedItems[1].namespace: Invalid value: "a.b": must not contain dots`,
			`spec.resources[0].namespacedItems[1].selector.matchLabels: Invalid value: "b c": ` + notLabelValue,
			"spec.resources[0].generators[0].template: Required value",
			`spec.resources[0].generators[1].missingKey: Unsupported value: "panic": supported values: "invalid", "zero", "error"`,
			`spec.resources[0].generators[1].template: Invalid value: "{{ if }}": template: :1: missing value for if`,
			"spec.resources[0].context.resources[0]: Required value",
			`spec.resources[0].context.resources[1].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
			`spec.resources[0].additionalMetadata.labels[a]: Invalid value: "{{.b}}": unsupported template ".b" in "{{.b}}", allowed templates are {{namespace}}, {{tenant.name}}`,
		},
	},
}
