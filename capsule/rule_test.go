package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var prod = capsule.Namespaces{MatchLabels: map[string]string{"env": "prod"}}

var anyExpression = capsuleruntime.ExpressionMatch{
	Exact:           []string{"a"},
	ExpressionRegex: capsuleruntime.ExpressionRegex{Expression: "^b$", Negate: true},
}

var byPriority = corev1.ScopeSelector{MatchExpressions: []corev1.ScopedResourceSelectorRequirement{
	{ScopeName: "PriorityClass", Operator: "In", Values: []string{"low"}},
}}

var ruleOptions = []buildtest.Sets[tenantOption]{
	{
		Option: capsule.Deny(capsule.ServiceTypes{"NodePort", "LoadBalancer"}, prod, capsule.Audience{{Kind: "Custom", Name: "TenantOwner"}}),
		YAML:   `spec: {rules: [{audience: [{kind: Custom, name: TenantOwner}], namespaceSelector: {matchLabels: {env: prod}}, enforce: {action: deny, services: {types: [NodePort, LoadBalancer]}}}]}`,
	},
	{
		Option: capsule.Allow(capsule.LoadBalancerCIDRs{"10.0.0.0/8", "192.168.0.1"}, capsule.ExternalNames{anyExpression}, capsule.NodePorts{{From: 30000, To: 30010}}),
		YAML:   `spec: {rules: [{enforce: {action: allow, services: {loadBalancers: {cidrs: [10.0.0.0/8, 192.168.0.1]}, externalNames: {hostnames: [{exact: [a], exp: ^b$, negate: true}]}, nodePorts: {ports: [{from: 30000, to: 30010}]}}}}]}`,
	},
	{
		Option: capsule.Allow(capsule.Registries{capsule.Registry(capsule.Matching(`^ghcr\.io/org/`), corev1.PullAlways), {ExpressionMatch: anyExpression}}, capsule.Targets{"pod/containers"}),
		YAML:   `spec: {rules: [{enforce: {action: allow, workloads: {targets: [pod/containers], registries: [{exp: '^ghcr\.io/org/', policy: [Always]}, {exact: [a], exp: ^b$, negate: true}]}}}]}`,
	},
	{
		Option: capsule.Audit(capsule.QoSClasses{"BestEffort"}, capsule.Schedulers{capsule.Exactly("mine", "yours"), anyExpression}),
		YAML:   `spec: {rules: [{enforce: {action: audit, workloads: {qosClasses: [BestEffort], schedulers: [{exact: [mine, yours]}, {exact: [a], exp: ^b$, negate: true}]}}}]}`,
	},
	{
		Option: capsule.Deny(
			capsule.ResourceRequests{"cpu": {Policy: "Default", Value: new(resource.MustParse("100m"))}},
			capsule.ResourceLimits{"memory": {Policy: "Ratio", Value: new(resource.MustParse("2"))}}),
		YAML: `spec: {rules: [{enforce: {action: deny, workloads: {resources: {requests: {cpu: {policy: Default, value: 100m}}, limits: {memory: {policy: Ratio, value: "2"}}}}}}]}`,
	},
	{
		Option: capsule.Allow(capsule.Hostnames{Types: []rules.IngressType{"Ingress", "HTTPRoute"}, Names: []capsuleruntime.ExpressionMatch{capsule.NotMatching(`\.example\.com$`), anyExpression}}),
		YAML:   `spec: {rules: [{enforce: {action: allow, ingress: {types: [Ingress, HTTPRoute], hostnames: [{exp: '\.example\.com$', negate: true}, {exact: [a], exp: ^b$, negate: true}]}}}]}`,
	},
	{
		Option: capsule.Allow(capsule.Metadata{{
			VersionKinds: capsuleruntime.VersionKinds{APIGroups: []string{"v1"}, Kinds: []string{"Namespace"}},
			Labels:       map[string]rules.MetadataValueRule{"env": {Managed: new("dev"), Required: true, Values: []capsuleruntime.ExpressionMatch{anyExpression}, Default: new("dev")}},
			Annotations:  map[string]rules.MetadataValueRule{"contact": {Managed: new("dev team"), Required: true, Default: new("x"), Values: []capsuleruntime.ExpressionMatch{anyExpression}}},
		}}),
		YAML: `spec: {rules: [{enforce: {action: allow, metadata: [{apiGroups: [v1], kinds: [Namespace], labels: {env: {managed: dev, required: true, values: [{exact: [a], exp: ^b$, negate: true}], default: dev}}, annotations: {contact: {managed: dev team, required: true, default: x, values: [{exact: [a], exp: ^b$, negate: true}]}}}]}}]}`,
	},
	{
		Option: capsule.Quota("compute", fourCPUs, prod, capsule.QuotaScopes{"NotBestEffort"}, capsule.QuotaScopeSelector(byPriority)),
		YAML:   `spec: {rules: [{namespaceSelector: {matchLabels: {env: prod}}, quota: [{name: compute, hard: {requests.cpu: "4"}, scopes: [NotBestEffort], scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}}]}]}`,
	},
	{
		Option: capsule.Grant(
			capsule.AdditionalRoleBinding{ClusterRoleName: "view", Subjects: auditors, Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}},
			capsule.Promotion{ClusterRoles: []string{"edit"}, Selector: &fast}),
		YAML: `spec: {rules: [{permissions: {bindings: [{clusterRoleName: view, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: auditors}], labels: {a: b}, annotations: {c: d}}], promotions: [{clusterRoles: [edit], selector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}]}}]}`,
	},
	{
		Option: capsule.Rules{{NamespaceSelector: &fast}},
		YAML:   `spec: {rules: [{namespaceSelector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}]}`,
	},
}

var ruleRefusals = []buildtest.Refuses[tenantOption]{
	{
		Name: "no rule",
		Options: buildtest.With(tenantFunc(func(tenant *capsulev1beta2.Tenant) error {
			tenant.Spec.Rules = []*rules.NamespaceRuleBodyTenant{nil}
			return nil
		})),
		Faults: []string{"spec.rules[0]: Required value"},
	},
	{
		Name: "who and where",
		Options: buildtest.With[tenantOption](capsule.Deny(capsule.Namespaces{}, capsule.Audience{
			{Kind: "Robot", Name: "r2d2"}, {Kind: "User", Name: " "}, {Kind: "Custom", Name: "Everybody"}, {Kind: "ServiceAccount", Name: "runner"},
		})),
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
		Options: buildtest.With[tenantOption](
			capsule.Quota("Compute", nil),
			capsule.Quota("a", corev1.ResourceList{"gold": resource.MustParse("1"), "pods": resource.MustParse("-1"), "count/pods": resource.MustParse("1"), "requests.hugepages-2Mi": resource.MustParse("1")}),
			capsule.Quota("a", fourCPUs)),
		Faults: []string{
			`spec.rules[0].quota[0].name: Invalid value: "Compute": ` + notLabel,
			"spec.rules[0].quota[0].hard: Required value: at least one resource",
			`spec.rules[1].quota[0].hard[gold]: Unsupported value: "gold": supported values: "cpu", "memory"...`,
			`spec.rules[1].quota[0].hard[pods]: Invalid value: "-1": must not be negative`,
			`spec.rules[2].quota[0].name: Duplicate value: "a"`,
		},
	},
	{
		Name: "scopes of a quota",
		Options: buildtest.With[tenantOption](capsule.Rules{{NamespaceRuleBodyNamespace: &rules.NamespaceRuleBodyNamespace{Quota: []rules.ResourceQuotaRule{{
			Name: "a",
			ResourceQuotaSpec: corev1.ResourceQuotaSpec{Hard: fourCPUs, Scopes: []corev1.ResourceQuotaScope{"Good"}, ScopeSelector: &corev1.ScopeSelector{
				MatchExpressions: []corev1.ScopedResourceSelectorRequirement{{ScopeName: "PriorityClass", Operator: "In"}, {ScopeName: "PriorityClass", Operator: "Exists", Values: []string{"low"}}, {}},
			}},
		}}}}}),
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
		Name: "permissions",
		Options: buildtest.With[tenantOption](capsule.Grant(
			capsule.AdditionalRoleBinding{ClusterRoleName: "view"}, capsule.Promotion{}, capsule.Promotion{ClusterRoles: []string{"a/b"}})),
		Faults: []string{
			"spec.rules[0].permissions.bindings[0].subjects: Required value",
			"spec.rules[0].permissions.promotions[0].clusterRoles: Required value",
			`spec.rules[0].permissions.promotions[1].clusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
		},
	},
	{
		Name: "cluster-admin by rule",
		Options: buildtest.With[tenantOption](
			capsule.Grant(capsule.AdditionalRoleBinding{ClusterRoleName: "cluster-admin", Subjects: auditors}),
			capsule.Grant(capsule.Promotion{ClusterRoles: []string{"view", "cluster-admin"}})),
		Faults: []string{
			"spec.rules[0].permissions.bindings[0].clusterRoleName: " + notClusterAdmin,
			"spec.rules[1].permissions.promotions[0].clusterRoles[1]: " + notClusterAdmin,
		},
		Stricter: widens,
	},
	{
		Name: "workloads",
		Options: buildtest.With[tenantOption](capsule.Deny(
			capsule.Targets{"pod/images"}, capsule.QoSClasses{"Gold"},
			capsule.Registries{{}, {ExpressionMatch: capsule.Matching("("), Policy: []corev1.PullPolicy{"Sometimes"}}},
			capsule.Schedulers{capsule.Exactly("")})),
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
		Name:    "no policies for resources",
		Options: buildtest.With[tenantOption](capsule.Deny(capsule.ResourceRequests{})),
		Faults:  []string{"spec.rules[0].enforce.workloads.resources: Required value: at least one of requests or limits must be set"},
	},
	{
		Name: "policies for resources",
		Options: buildtest.With[tenantOption](capsule.Deny(
			capsule.Targets{"pod", "pod/volumes"},
			capsule.ResourceRequests{
				"cpu": {Policy: "Default"}, "ephemeral-storage": {Policy: "Remove", Value: new(resource.MustParse("1"))},
				"memory": {Policy: "Remove"}, "a b": {Policy: "Keep"},
			},
			capsule.ResourceLimits{
				"cpu": {Policy: "Ratio", Value: new(resource.MustParse("500m"))}, "hugepages-2Mi": {Policy: "Ratio", Value: new(resource.MustParse("2"))},
				"memory": {Policy: "MatchRequest"},
			})),
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
		Name: "services",
		Options: buildtest.With[tenantOption](capsule.Deny(
			capsule.ServiceTypes{"Headless"}, capsule.ExternalNames{{}}, capsule.NodePorts{{From: 0, To: 70000}})),
		Faults: []string{
			`spec.rules[0].enforce.services.types[0]: Unsupported value: "Headless": supported values: "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"`,
			"spec.rules[0].enforce.services.externalNames.hostnames[0]: Required value: at least one of exact or exp must be set",
			"spec.rules[0].enforce.services.nodePorts.ports[0].from: Invalid value: 0: must be between 1 and 65535, inclusive",
			"spec.rules[0].enforce.services.nodePorts.ports[0].to: Invalid value: 70000: must be between 1 and 65535, inclusive",
		},
	},
	{
		Name:    "ranges",
		Options: buildtest.With[tenantOption](capsule.Deny(capsule.LoadBalancerCIDRs{"", "10.0.0.0/40"}, capsule.NodePorts{{From: 2, To: 1}})),
		Faults: []string{
			`spec.rules[0].enforce.services.loadBalancers.cidrs[0]: Invalid value: "": must be an IP address or a range such as 10.0.0.0/8`,
			`spec.rules[0].enforce.services.loadBalancers.cidrs[1]: Invalid value: "10.0.0.0/40": must be an IP address or a range such as 10.0.0.0/8`,
			"spec.rules[0].enforce.services.nodePorts.ports[0].to: Invalid value: 1: must be greater than or equal to from, 2",
		},
		Stricter: webhookRefuses,
	},
	{
		Name: "host names of rules",
		Options: buildtest.With[tenantOption](
			capsule.Deny(capsule.Hostnames{Names: []capsuleruntime.ExpressionMatch{capsule.Matching("[")}}),
			capsule.Deny(capsule.Hostnames{Types: []rules.IngressType{"Service"}})),
		Faults: []string{
			"spec.rules[0].enforce.ingress.types: Required value: hostnames must say which kinds they are for",
			"spec.rules[0].enforce.ingress.hostnames[0].exp: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
			"spec.rules[1].enforce.ingress.hostnames: Required value: types go with hostnames",
			`spec.rules[1].enforce.ingress.types[0]: Unsupported value: "Service": supported values: "Ingress"...`,
		},
	},
	{
		Name: "metadata",
		Options: buildtest.With[tenantOption](capsule.Deny(capsule.Metadata{
			{},
			{VersionKinds: capsuleruntime.VersionKinds{Kinds: []string{""}}, Annotations: map[string]rules.MetadataValueRule{"": {}}},
		})),
		Faults: []string{
			"spec.rules[0].enforce.metadata[0].kinds: Required value",
			"spec.rules[0].enforce.metadata[0]: Required value: at least one of labels or annotations must be set",
			"spec.rules[0].enforce.metadata[1].kinds[0]: Required value",
			`spec.rules[0].enforce.metadata[1].annotations[]: Invalid value: "": name part must be non-empty`,
			`spec.rules[0].enforce.metadata[1].annotations[]: Invalid value: "": ` + notNamePart,
		},
	},
	{
		Name: "keys and values of metadata",
		Options: buildtest.With[tenantOption](capsule.Deny(capsule.Metadata{{
			VersionKinds: capsuleruntime.VersionKinds{Kinds: []string{"*"}},
			Labels: map[string]rules.MetadataValueRule{
				"a/b/c": {}, "example.com/*": {Default: new("x")}, "(": {}, "env": {Managed: new("d e v")},
			},
		}})),
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

// What a rule is made of adds up, and does not reach back into the parts.
func TestRuleParts(t *testing.T) {
	types := capsule.ServiceTypes{"NodePort"}
	rule := capsule.Deny(types, capsule.ServiceTypes{"LoadBalancer"}, nil)
	rule.Enforce.Services.Types[0] = "ClusterIP"
	if types[0] != "NodePort" {
		t.Errorf("the rule writes to its option: %v", types)
	}
	if got := len(rule.Enforce.Services.Types); got != 2 {
		t.Errorf("got %d types, want 2", got)
	}
	tenant := tenant.Must(t, rule, rule)
	tenant.Spec.Rules[0].Enforce.Services.Types[0] = "ExternalName"
	if got := tenant.Spec.Rules[1].Enforce.Services.Types[0]; got != "ClusterIP" {
		t.Errorf("two rules share their types: %v", got)
	}
}
