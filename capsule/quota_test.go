package capsule_test

import (
	"encoding/json"
	"strings"
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	capsulequota "github.com/projectcapsule/capsule/pkg/runtime/quota"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type resourceQuotaOption = capsule.GlobalResourceQuotaOption

var globalResourceQuota = buildtest.Kind[*capsulev1beta2.GlobalResourceQuota, resourceQuotaOption]{
	Build: func(opts ...resourceQuotaOption) (*capsulev1beta2.GlobalResourceQuota, error) {
		return capsule.GlobalResourceQuota("compute", fourCPUs, append([]resourceQuotaOption{capsule.TenantNamespaces("a", "b")}, opts...)...)
	},
	Func:    resourceQuotaFunc,
	NilFunc: capsule.GlobalResourceQuotaFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[resourceQuotaOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.Namespaces(fast),
			YAML:   `spec: {namespaceSelectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In, values: [a, b]}]}, {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}]}`,
		},
		{Option: capsule.QuotaScopes{"NotBestEffort"}, YAML: `spec: {quota: {scopes: [NotBestEffort]}}`},
		{
			Option: capsule.QuotaScopeSelector(byPriority),
			YAML:   `spec: {quota: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}}}`,
		},
	},
	Invalid: []buildtest.Refuses[resourceQuotaOption]{
		{
			Name:    "name",
			Options: buildtest.With(resourceQuotaFunc(func(quota *capsulev1beta2.GlobalResourceQuota) error { quota.Name = "Dev"; return nil })),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name: "nothing",
			Options: buildtest.With(resourceQuotaFunc(func(quota *capsulev1beta2.GlobalResourceQuota) error {
				quota.Spec = capsulev1beta2.GlobalResourceQuotaSpec{}
				return nil
			})),
			Faults: []string{
				"spec.namespaceSelectors: Required value: a quota without a selector counts no namespace",
				"spec.quota.hard: Required value: at least one resource",
			},
			Stricter: webhookRefuses,
		},
		{
			Name: "selectors and resources",
			Options: buildtest.With[resourceQuotaOption](capsule.Namespaces{}, capsule.Namespaces{MatchLabels: map[string]string{"a b": ""}},
				resourceQuotaFunc(func(quota *capsulev1beta2.GlobalResourceQuota) error {
					quota.Spec.Quota.Hard = corev1.ResourceList{"pods": resource.MustParse("-1")}
					return nil
				})),
			Faults: []string{
				"spec.namespaceSelectors[1]: Required value: Capsule reads an empty selector as none at all; say EveryNamespace for all namespaces",
				`spec.namespaceSelectors[2].matchLabels: Invalid value: "a b": ` + notNamePart,
				`spec.quota.hard[pods]: Invalid value: "-1": must not be negative`,
			},
			Stricter: webhookRefuses,
		},
	},
}

func resourceQuotaFunc(f func(*capsulev1beta2.GlobalResourceQuota) error) resourceQuotaOption {
	return capsule.GlobalResourceQuotaFunc(f)
}

func TestGlobalResourceQuota(t *testing.T)       { globalResourceQuota.Test(t) }
func TestGlobalResourceQuotaFields(t *testing.T) { globalResourceQuota.TestFields(t, nil) }

type customQuotaOption = capsule.CustomQuotaOption

var customQuota = buildtest.Kind[*capsulev1beta2.CustomQuota, customQuotaOption]{
	Build: func(opts ...customQuotaOption) (*capsulev1beta2.CustomQuota, error) {
		return capsule.CustomQuota("dev-team-apps", "pods", resource.MustParse("10"),
			append([]customQuotaOption{capsule.Sources{capsule.Count("v1", "Pod")}}, opts...)...)
	},
	Func:    customQuotaFunc,
	NilFunc: capsule.CustomQuotaFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[customQuotaOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.Sources{
				capsule.Sum("v1", "PersistentVolumeClaim", ".spec.resources.requests.storage"),
				capsule.SumExpression("apps/v1", "Deployment", "quantity(string(object.spec.replicas))"),
				capsule.Subtract("v1", "PersistentVolumeClaim", ".status.capacity.storage"),
				selecting(capsule.Count("v1", "Service")),
			},
			YAML: `spec: {sources: [
				{apiVersion: v1, kind: Pod, op: count},
				{apiVersion: v1, kind: PersistentVolumeClaim, op: add, path: .spec.resources.requests.storage},
				{apiVersion: apps/v1, kind: Deployment, op: add, cel: quantity(string(object.spec.replicas))},
				{apiVersion: v1, kind: PersistentVolumeClaim, op: sub, path: .status.capacity.storage},
				{apiVersion: v1, kind: Service, op: count, selectors: [{matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}], fieldSelectors: [.spec.type==LoadBalancer, .spec.type!=ClusterIP, .spec.allocateLoadBalancerNodePorts], celExpressions: ["object.spec.type == 'LoadBalancer'"]}]}]}`,
		},
		{Option: capsule.ScopeSelectors{fast}, YAML: `spec: {scopeSelectors: [{matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}]}`},
		{Option: capsule.MetricPerClaim(true), YAML: `spec: {options: {emitMetricPerClaimUsage: true}}`},
	},
	Invalid: []buildtest.Refuses[customQuotaOption]{
		{
			Name:    "namespace",
			Options: buildtest.With(customQuotaFunc(func(quota *capsulev1beta2.CustomQuota) error { quota.Namespace = "a.b"; return nil })),
			Faults:  []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			Name:     "no limit",
			Options:  buildtest.With(customQuotaFunc(func(quota *capsulev1beta2.CustomQuota) error { quota.Spec.Limit = resource.Quantity{}; return nil })),
			Faults:   []string{`spec.limit: Invalid value: "0": must be greater than 0`},
			Stricter: webhookRefuses,
		},
		{
			Name:    "no source",
			Options: buildtest.With(customQuotaFunc(func(quota *capsulev1beta2.CustomQuota) error { quota.Spec.Sources = nil; return nil })),
			Faults:  []string{"spec.sources: Required value: a quota without a source counts nothing"},
		},
		{
			Name: "sources",
			Options: buildtest.With[customQuotaOption](capsule.Sources{
				capsule.Count("a/b/c", ""),
				capsule.Sum("v1", "Pod", ""),
				{CustomQuotaSpecSourceConfig: capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: "count", Path: ".a"}},
				{CustomQuotaSpecSourceConfig: capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: "multiply", Path: ".a"}},
			}),
			Faults: []string{
				"spec.sources[1].kind: Required value",
				`spec.sources[1].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
				"spec.sources[2]: Required value: exactly one of path or cel must be set, unless op is count",
				"spec.sources[3].kind: Required value",
				"spec.sources[3]: Forbidden: path and cel must be empty when op is count",
				"spec.sources[4].kind: Required value",
				`spec.sources[4].op: Unsupported value: "multiply": supported values: "add", "sub", "count"`,
			},
		},
		{
			Name: "expressions",
			Options: buildtest.With[customQuotaOption](capsule.Sources{
				capsule.Sum("v1", "Pod", "spec.replicas"),
				capsule.SumExpression("v1", "Pod", "object.spec.replicas +"),
				capsule.SumExpression("v1", "Pod", "'ten'"),
				capsule.SumExpression("v1", "Pod", " "),
			}),
			Faults: []string{
				`spec.sources[1].path: Invalid value: "spec.replicas": sourcePath must start with '.'`,
				`spec.sources[2].cel: Invalid value: "object.spec.replicas +": compile CEL expression "object.spec.replicas +": ERROR...`,
				`spec.sources[3].cel: Invalid value: "'ten'": compile CEL expression "'ten'": expression must evaluate to kubernetes.Quantity or list<kubernetes.Quantity>, got string`,
				`spec.sources[4].cel: Invalid value: " ": CEL expression must not be empty`,
			},
			Stricter: webhookRefuses,
		},
		{
			Name:    "an expression that is too long",
			Options: buildtest.With[customQuotaOption](capsule.Sources{capsule.SumExpression("v1", "Pod", "quantity('1')"+strings.Repeat(" ", 4096))}),
			Faults:  []string{"spec.sources[1].cel: Too long: may not be more than 4096 bytes"},
		},
		{
			Name: "selectors",
			Options: buildtest.With[customQuotaOption](
				capsule.ScopeSelectors{{MatchLabels: map[string]string{"a": "b c"}}},
				capsule.Sources{{
					VersionKind: capsule.Count("v1", "Pod").VersionKind,
					CustomQuotaSpecSourceConfig: capsulev1beta2.CustomQuotaSpecSourceConfig{Operation: capsulequota.OpCount, Selectors: []selectors.SelectorWithFields{{
						FieldSelectors: []string{"spec.nodeName", ".spec.nodeName[=a"}, CELExpressions: []string{"1 + 1"},
					}}},
				}}),
			Faults: []string{
				`spec.scopeSelectors[0].matchLabels: Invalid value: "b c": ` + notLabelValue,
				`spec.sources[1].selectors[0].fieldSelectors[0]: Invalid value: "spec.nodeName": sourcePath must start with '.'`,
				`spec.sources[1].selectors[0].fieldSelectors[1]: Invalid value: ".spec.nodeName[=a": parse usage jsonpath...`,
				`spec.sources[1].selectors[0].celExpressions[0]: Invalid value: "1 + 1": compile CEL expression "1 + 1": expression must evaluate to bool, got int`,
			},
			Stricter: webhookRefuses,
		},
		{
			Name:    "65 expressions",
			Options: buildtest.With[customQuotaOption](capsule.Sources{manyExpressions()}),
			Faults:  []string{"spec.sources[1].selectors[0].celExpressions: Too many: 65: must have at most 64 items"},
		},
	},
}

func customQuotaFunc(f func(*capsulev1beta2.CustomQuota) error) customQuotaOption {
	return capsule.CustomQuotaFunc(f)
}

func selecting(source capsulev1beta2.CustomQuotaSpecSource) capsulev1beta2.CustomQuotaSpecSource {
	source.Selectors = []selectors.SelectorWithFields{{
		LabelSelector:  &fast,
		FieldSelectors: []string{".spec.type==LoadBalancer", ".spec.type!=ClusterIP", ".spec.allocateLoadBalancerNodePorts"},
		CELExpressions: []string{"object.spec.type == 'LoadBalancer'"},
	}}
	return source
}

func manyExpressions() capsulev1beta2.CustomQuotaSpecSource {
	source := capsule.Count("v1", "Pod")
	source.Selectors = []selectors.SelectorWithFields{{CELExpressions: make([]string, 65)}}
	for i := range source.Selectors[0].CELExpressions {
		source.Selectors[0].CELExpressions[i] = "true"
	}
	return source
}

func TestCustomQuota(t *testing.T)       { customQuota.Test(t) }
func TestCustomQuotaFields(t *testing.T) { customQuota.TestFields(t, nil) }

type globalCustomQuotaOption = capsule.GlobalCustomQuotaOption

var globalCustomQuota = buildtest.Kind[*capsulev1beta2.GlobalCustomQuota, globalCustomQuotaOption]{
	Build: func(opts ...globalCustomQuotaOption) (*capsulev1beta2.GlobalCustomQuota, error) {
		return capsule.GlobalCustomQuota("pods", resource.MustParse("10"),
			append([]globalCustomQuotaOption{capsule.Sources{capsule.Count("v1", "Pod")}, capsule.TenantNamespaces("a")}, opts...)...)
	},
	Func:    globalCustomQuotaFunc,
	NilFunc: capsule.GlobalCustomQuotaFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[globalCustomQuotaOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.Namespaces(fast),
			YAML:   `spec: {namespaceSelectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In, values: [a]}]}, {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}]}`,
		},
		{
			Option: capsule.Sources{capsule.Sum("v1", "PersistentVolumeClaim", ".spec.resources.requests.storage")},
			YAML:   `spec: {sources: [{apiVersion: v1, kind: Pod, op: count}, {apiVersion: v1, kind: PersistentVolumeClaim, op: add, path: .spec.resources.requests.storage}]}`,
		},
		{Option: capsule.ScopeSelectors{fast}, YAML: `spec: {scopeSelectors: [{matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}]}`},
		{Option: capsule.MetricPerClaim(true), YAML: `spec: {options: {emitMetricPerClaimUsage: true}}`},
		{Option: capsule.ClusterWide(false), YAML: `{}`},
	},
	Invalid: []buildtest.Refuses[globalCustomQuotaOption]{
		{
			Name:    "name",
			Options: buildtest.With(globalCustomQuotaFunc(func(quota *capsulev1beta2.GlobalCustomQuota) error { quota.Name = "Dev"; return nil })),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:     "no namespaces",
			Options:  buildtest.With(globalCustomQuotaFunc(func(quota *capsulev1beta2.GlobalCustomQuota) error { quota.Spec.NamespaceSelectors = nil; return nil })),
			Faults:   []string{"spec.namespaceSelectors: Required value: without one the whole cluster is counted; ask for that with ClusterWide"},
			Stricter: widens,
		},
		{
			Name:     "namespaces and all of them",
			Options:  buildtest.With[globalCustomQuotaOption](capsule.ClusterWide(true)),
			Faults:   []string{"spec.namespaceSelectors: Forbidden: ClusterWide is all namespaces: give one or the other"},
			Stricter: "one of the two is not meant",
		},
		{
			Name:     "an empty selector",
			Options:  buildtest.With[globalCustomQuotaOption](capsule.Namespaces{}),
			Faults:   []string{"spec.namespaceSelectors[1]: Required value: Capsule reads an empty selector as none at all; say EveryNamespace for all namespaces"},
			Stricter: "it does nothing",
		},
	},
}

func globalCustomQuotaFunc(f func(*capsulev1beta2.GlobalCustomQuota) error) globalCustomQuotaOption {
	return capsule.GlobalCustomQuotaFunc(f)
}

func TestGlobalCustomQuota(t *testing.T) { globalCustomQuota.Test(t) }

func TestGlobalCustomQuotaFields(t *testing.T) {
	globalCustomQuota.TestFields(t, map[string]string{
		"sources": "what a source can be is shown by CustomQuota, which has the same",
	})
}

func TestClusterWide(t *testing.T) {
	quota, err := capsule.GlobalCustomQuota("nodes", resource.MustParse("10"), capsule.ClusterWide(true), capsule.Sources{capsule.Count("v1", "Node")})
	if err != nil {
		t.Fatal(err)
	}
	if len(quota.Spec.NamespaceSelectors) != 0 {
		t.Errorf("got selectors %v, want none", quota.Spec.NamespaceSelectors)
	}
}

// Why an empty selector is refused: Capsule does not see the one that is sent.
func TestEmptySelectorOnTheWire(t *testing.T) {
	sent, err := json.Marshal(selectors.NamespaceSelector{LabelSelector: &metav1.LabelSelector{}})
	if err != nil {
		t.Fatal(err)
	}
	var received selectors.NamespaceSelector
	if err := json.Unmarshal(sent, &received); err != nil {
		t.Fatal(err)
	}
	if received.LabelSelector != nil {
		t.Errorf("%s arrives as a selector: it need not be refused any more", sent)
	}
}
