package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

const anyYAML = `{exact: [a], exp: ^b$, negate: true}`

var rulesAccepted = []string{
	`spec: {rules: [{audience: [{kind: Custom, name: TenantOwner}, {kind: ServiceAccount, name: "system:serviceaccount:ci:runner"}], namespaceSelector: {matchLabels: {env: prod}}, enforce: {action: deny, services: {types: [NodePort, LoadBalancer]}}}]}`,
	`
spec:
  rules:
  - enforce:
      action: allow
      services:
        loadBalancers: {cidrs: [10.0.0.0/8, 192.168.0.1]}
        externalNames: {hostnames: [` + anyYAML + `]}
        nodePorts: {ports: [{from: 30000, to: 30010}]}`,
	`spec: {rules: [{enforce: {action: allow, workloads: {targets: [pod/containers], registries: [{exp: '^ghcr\.io/org/', policy: [Always]}, ` + anyYAML + `]}}}]}`,
	`spec: {rules: [{enforce: {action: audit, workloads: {qosClasses: [BestEffort], schedulers: [{exact: [mine, yours]}, ` + anyYAML + `]}}}]}`,
	`spec: {rules: [{enforce: {action: deny, workloads: {resources: {requests: {cpu: {policy: Default, value: 100m}}, limits: {memory: {policy: Ratio, value: "2"}}}}}}]}`,
	`spec: {rules: [{enforce: {action: allow, ingress: {types: [Ingress, HTTPRoute], hostnames: [{exp: '\.example\.com$', negate: true}, ` + anyYAML + `]}}}]}`,
	`
spec:
  rules:
  - enforce:
      action: allow
      metadata:
      - apiGroups: [v1]
        kinds: [Namespace]
        labels: {env: {managed: dev, required: true, values: [` + anyYAML + `], default: dev}}
        annotations: {contact: {managed: dev team, required: true, default: x, values: [` + anyYAML + `]}}`,
	`
spec:
  rules:
  - namespaceSelector: {matchLabels: {env: prod}}
    quota:
    - name: compute
      hard: {requests.cpu: "4"}
      scopes: [NotBestEffort]
      scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}`,
	`spec: {rules: [{permissions: {bindings: [{clusterRoleName: view, subjects: ` + auditors + `, labels: {a: b}, annotations: {c: d}}], promotions: [{clusterRoles: [edit], selector: ` + fastYAML + `}]}}]}`,
	`spec: {rules: [{namespaceSelector: ` + fastYAML + `}]}`,
}

func TestRuleHelpers(t *testing.T) {
	enforce := rules.NamespaceRuleEnforceBody{Services: rules.NamespaceRuleEnforceServicesBody{Types: []rules.ServiceType{"NodePort"}}}
	hard := corev1.ResourceList{corev1.ResourcePods: resource.MustParse("5")}
	for want, rule := range map[string]*rules.NamespaceRuleBodyTenant{
		`spec: {rules: [{enforce: {action: allow, services: {types: [NodePort]}}}]}`: capsule.Allow(enforce),
		`spec: {rules: [{enforce: {action: deny, services: {types: [NodePort]}}}]}`:  capsule.Deny(enforce),
		`spec: {rules: [{enforce: {action: audit, services: {types: [NodePort]}}}]}`: capsule.Audit(enforce),
		`spec: {rules: [{quota: [{name: pods, hard: {pods: "5"}}]}]}`:                capsule.Quota("pods", corev1.ResourceQuotaSpec{Hard: hard}),
		`spec: {rules: [{enforce: {action: allow, workloads: {schedulers: [{exact: [a, b]}, {exp: ^c$}, {exp: ^d$, negate: true}], registries: [{exp: ^e/, policy: [Always]}]}}}]}`: capsule.Allow(rules.NamespaceRuleEnforceBody{
			Workloads: rules.NamespaceRuleEnforceWorkloadsBody{
				Schedulers: []capsuleruntime.ExpressionMatch{capsule.Exactly("a", "b"), capsule.Matching("^c$"), capsule.NotMatching("^d$")},
				Registries: []rules.OCIRegistry{capsule.Registry(capsule.Matching("^e/"), corev1.PullAlways)},
			},
		}),
	} {
		got, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{Rules: []*rules.NamespaceRuleBodyTenant{rule}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tenant.Changed(t, want).Spec.Rules, got.Spec.Rules); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	rule, quota := capsule.Deny(enforce), capsule.Quota("pods", corev1.ResourceQuotaSpec{Hard: hard})
	for _, path := range append(buildtest.SharedMemory(rule, enforce), buildtest.SharedMemory(quota, hard)...) {
		t.Errorf("the rule shares %s with what it was made from", path)
	}
}
