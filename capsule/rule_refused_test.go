package capsule_test

import "github.com/fluxcapsule/fluxcapsule/internal/buildtest"

var rulesRefused = []buildtest.Refuses{
	{
		Name:   "no rule",
		Change: `spec: {rules: [null]}`,
		Faults: []string{"spec.rules[0]: Required value"},
	},
	{
		Name: "who and where",
		Change: `
spec:
  rules:
  - namespaceSelector: {}
    audience: [{kind: Robot, name: r2d2}, {kind: User, name: " "}, {kind: Custom, name: Everybody}, {kind: ServiceAccount, name: runner}]`,
		Faults: []string{
			"spec.rules[0].namespaceSelector: Required value: an empty selector selects every namespace of the tenant: leave it out",
			`spec.rules[0].audience[0].kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount", "Custom"`,
			"spec.rules[0].audience[1].name: Required value",
			`spec.rules[0].audience[2].name: Unsupported value: "Everybody": supported values: "CapsuleUser", "Administrator", "TenantOwner", "Controller"`,
			`spec.rules[0].audience[3].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
		},
	},
	{
		Name: "quotas",
		Change: `
spec:
  rules:
  - quota: [{name: Compute}]
  - quota: [{name: a, hard: {gold: "1", pods: "-1", count/pods: "1", requests.hugepages-2Mi: "1"}}]
  - quota: [{name: a, hard: {requests.cpu: "4"}}]`,
		Faults: []string{
			`spec.rules[0].quota[0].name: Invalid value: "Compute": ` + notLabel,
			"spec.rules[0].quota[0].hard: Required value: at least one resource",
			`spec.rules[1].quota[0].hard[gold]: Unsupported value: "gold": supported values: "cpu", "memory"...`,
			`spec.rules[1].quota[0].hard[pods]: Invalid value: "-1": must not be negative`,
			`spec.rules[2].quota[0].name: Duplicate value: "a"`,
		},
	},
	{
		Name:   "the name of a quota and the tenant's are too long together",
		Change: `spec: {rules: [{quota: [{name: a23456789012345678901234567890123456789012345678901234, hard: {pods: "1"}}]}, {quota: [{name: a234567890123456789012345678901234567890123456789012345, hard: {pods: "1"}}]}]}`,
		Faults: []string{
			`spec.rules[1].quota[0].name: Invalid value: "a234567890123456789012345678901234567890123456789012345": must be no more than 54 characters: dev-team-a234567890123456789012345678901234567890123456789012345 becomes the value of a label`,
		},
		Stricter: failsLater,
	},
	{
		Name: "scopes of a quota",
		Change: `
spec:
  rules:
  - quota:
    - name: a
      hard: {requests.cpu: "4"}
      scopes: [Good]
      scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}, {scopeName: PriorityClass, operator: Exists, values: [low]}, {}]}`,
		Faults: []string{
			`spec.rules[0].quota[0].scopes[0]: Unsupported value: "Good": supported values: "Terminating"...`,
			"spec.rules[0].quota[0].scopeSelector.matchExpressions[0].values: Required value: the operators In and NotIn have values",
			"spec.rules[0].quota[0].scopeSelector.matchExpressions[1].values: Forbidden: only the operators In and NotIn have values",
			"spec.rules[0].quota[0].scopeSelector.matchExpressions[2].scopeName: Required value",
			"spec.rules[0].quota[0].scopeSelector.matchExpressions[2].operator: Required value",
		},
		Stricter: failsLater,
	},
	{
		Name:   "permissions",
		Change: `spec: {rules: [{permissions: {bindings: [{clusterRoleName: view}], promotions: [{}, null, {clusterRoles: [a/b]}]}}]}`,
		Faults: []string{
			"spec.rules[0].permissions.bindings[0].subjects: Required value",
			"spec.rules[0].permissions.promotions[0].clusterRoles: Required value",
			"spec.rules[0].permissions.promotions[1].clusterRoles: Required value",
			`spec.rules[0].permissions.promotions[2].clusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
		},
	},
	{
		Name:   "cluster-admin and everybody",
		Change: `spec: {rules: [{permissions: {bindings: [{clusterRoleName: cluster-admin, subjects: [{kind: Group, name: "system:authenticated"}]}]}}, {permissions: {promotions: [{clusterRoles: [view, cluster-admin]}]}}]}`,
		Faults: []string{
			"spec.rules[0].permissions.bindings[0].clusterRoleName: " + notClusterAdmin,
			"spec.rules[0].permissions.bindings[0].subjects[0].name: Forbidden: system:authenticated" + notEverybody,
			"spec.rules[1].permissions.promotions[0].clusterRoles[1]: " + notClusterAdmin,
		},
		Stricter: widens,
	},
	{
		Name: "workloads",
		Change: `
spec:
  rules:
  - enforce:
      action: deny
      workloads:
        targets: [pod/images]
        qosClasses: [Gold]
        registries: [{}, {exp: (, policy: [Sometimes]}]
        schedulers: [{exact: [""]}]`,
		Faults: []string{
			`spec.rules[0].enforce.workloads.targets[0]: Unsupported value: "pod/images": supported values: "pod"...`,
			`spec.rules[0].enforce.workloads.qosClasses[0]: Unsupported value: "Gold": supported values: "Guaranteed", "Burstable", "BestEffort"`,
			"spec.rules[0].enforce.workloads.registries[0]: Required value: at least one of exact or exp must be set",
			`spec.rules[0].enforce.workloads.registries[1].exp: Invalid value: "(": ` + notRegexp,
			`spec.rules[0].enforce.workloads.registries[1].policy[0]: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`,
			"spec.rules[0].enforce.workloads.schedulers[0].exact[0]: Required value",
		},
	},
	{
		Name:   "no policies for resources",
		Change: `spec: {rules: [{enforce: {action: deny, workloads: {resources: {}}}}]}`,
		Faults: []string{"spec.rules[0].enforce.workloads.resources: Required value: at least one of requests or limits must be set"},
	},
	{
		Name: "policies for resources",
		Change: `
spec:
  rules:
  - enforce:
      action: deny
      workloads:
        targets: [pod, pod/volumes]
        resources:
          requests: {cpu: {policy: Default}, ephemeral-storage: {policy: Remove, value: "1"}, memory: {policy: Remove}, a b: {policy: Keep}}
          limits: {cpu: {policy: Ratio, value: 500m}, hugepages-2Mi: {policy: Ratio, value: "2"}, memory: {policy: MatchRequest}}`,
		Faults: []string{
			`spec.rules[0].enforce.workloads.targets[1]: Invalid value: "pod/volumes": has no resources`,
			`spec.rules[0].enforce.workloads.resources.requests[a b]: Invalid value: "a b": ` + notNamePart,
			`spec.rules[0].enforce.workloads.resources.requests[a b].policy: Unsupported value: "Keep": supported values: "Preserve", "Default", "Remove"`,
			"spec.rules[0].enforce.workloads.resources.requests[cpu].value: Required value",
			`spec.rules[0].enforce.workloads.resources.requests[ephemeral-storage]: Invalid value: "ephemeral-storage": is not supported by pod-level resources: leave the target pod out`,
			"spec.rules[0].enforce.workloads.resources.requests[ephemeral-storage].value: Forbidden: only the policies Default and, for limits, Ratio have a value",
			`spec.rules[0].enforce.workloads.resources.limits[cpu].value: Invalid value: "500m": must be greater than or equal to 1`,
			`spec.rules[0].enforce.workloads.resources.limits[hugepages-2Mi].policy: Invalid value: "Ratio": is only for cpu, memory and ephemeral-storage`,
			`spec.rules[0].enforce.workloads.resources.limits[memory].policy: Invalid value: "MatchRequest": needs the request that the request policy removes`,
		},
	},
	{
		Name:   "services",
		Change: `spec: {rules: [{enforce: {action: deny, services: {types: [Headless], externalNames: {hostnames: [{}]}, nodePorts: {ports: [{from: 0, to: 70000}]}}}}]}`,
		Faults: []string{
			`spec.rules[0].enforce.services.types[0]: Unsupported value: "Headless": supported values: "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"`,
			"spec.rules[0].enforce.services.externalNames.hostnames[0]: Required value: at least one of exact or exp must be set",
			"spec.rules[0].enforce.services.nodePorts.ports[0].from: Invalid value: 0: must be between 1 and 65535, inclusive",
			"spec.rules[0].enforce.services.nodePorts.ports[0].to: Invalid value: 70000: must be between 1 and 65535, inclusive",
		},
	},
	{
		Name:   "ranges",
		Change: `spec: {rules: [{enforce: {action: deny, services: {loadBalancers: {cidrs: ["", 10.0.0.0/40]}, nodePorts: {ports: [{from: 2, to: 1}]}}}}]}`,
		Faults: []string{
			`spec.rules[0].enforce.services.loadBalancers.cidrs[0]: Invalid value: "": must be an IP address or a range such as 10.0.0.0/8`,
			`spec.rules[0].enforce.services.loadBalancers.cidrs[1]: Invalid value: "10.0.0.0/40": must be an IP address or a range such as 10.0.0.0/8`,
			"spec.rules[0].enforce.services.nodePorts.ports[0].to: Invalid value: 1: must be greater than or equal to from, 2",
		},
		Stricter: webhookRefuses,
	},
	{
		Name:   "host names of rules",
		Change: `spec: {rules: [{enforce: {action: deny, ingress: {hostnames: [{exp: "["}]}}}, {enforce: {action: deny, ingress: {types: [Service]}}}]}`,
		Faults: []string{
			"spec.rules[0].enforce.ingress.types: Required value: hostnames must say which kinds they are for",
			"spec.rules[0].enforce.ingress.hostnames[0].exp: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
			"spec.rules[1].enforce.ingress.hostnames: Required value: types go with hostnames",
			`spec.rules[1].enforce.ingress.types[0]: Unsupported value: "Service": supported values: "Ingress"...`,
		},
	},
	{
		Name:   "metadata",
		Change: `spec: {rules: [{enforce: {action: deny, metadata: [{}, {kinds: [""], annotations: {"": {}}}]}}]}`,
		Faults: []string{
			"spec.rules[0].enforce.metadata[0].kinds: Required value",
			"spec.rules[0].enforce.metadata[0]: Required value: at least one of labels or annotations must be set",
			"spec.rules[0].enforce.metadata[1].kinds[0]: Required value",
			`spec.rules[0].enforce.metadata[1].annotations[]: Invalid value: "": name part must be non-empty`,
			`spec.rules[0].enforce.metadata[1].annotations[]: Invalid value: "": ` + notNamePart,
		},
	},
	{
		Name:   "keys and values of metadata",
		Change: `spec: {rules: [{enforce: {action: deny, metadata: [{kinds: ["*"], labels: {a/b/c: {}, example.com/*: {default: x}, (: {}, env: {managed: d e v}}}]}}]}`,
		Faults: []string{
			"spec.rules[0].enforce.metadata[0].labels[(]: Invalid value: \"(\": error parsing regexp: missing closing ): `^(?:()$`",
			`spec.rules[0].enforce.metadata[0].labels[a/b/c]: Invalid value: "a/b/c": ` + notQualifiedName,
			"spec.rules[0].enforce.metadata[0].labels[env].managed: Forbidden: needs apiGroups and kinds without wildcards",
			`spec.rules[0].enforce.metadata[0].labels[env].managed: Invalid value: "d e v": ` + notLabelValue,
			`spec.rules[0].enforce.metadata[0].labels[example.com/*]: Invalid value: "example.com/*": ` + notNamePart,
		},
		Stricter: webhookRefuses,
	},
}
