package capsule_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var tenPods = capsulev1beta2.CustomQuotaSpec{
	Limit:   resource.MustParse("10"),
	Sources: []capsulev1beta2.CustomQuotaSpecSource{capsule.Count("v1", "Pod")},
}

var customQuota = buildtest.Kind[*capsulev1beta2.CustomQuota]{
	Build: func(quota *capsulev1beta2.CustomQuota) (*capsulev1beta2.CustomQuota, error) {
		return capsule.CustomQuota(quota.ObjectMeta, quota.Spec)
	},
	Validate: validated[*capsulev1beta2.CustomQuota],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.CustomQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "pods"},
		Spec:       tenPods,
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: ` + sources,
		`
spec:
  sources:
  - apiVersion: v1
    kind: Service
    op: count
    selectors:
    - matchLabels: {speed: fast}
      matchExpressions: [{key: zone, operator: Exists}]
      fieldSelectors: [.spec.type==LoadBalancer, .spec.type!=ClusterIP, .spec.allocateLoadBalancerNodePorts]
      celExpressions: ["object.spec.type == 'LoadBalancer'"]`,
		`spec: {scopeSelectors: [` + fastYAML + `]}`,
		`spec: {options: {emitMetricPerClaimUsage: true}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "namespace",
			Change: `metadata: {namespace: a.b}`,
			Faults: []string{`metadata.namespace: Invalid value: "a.b": must not contain dots`},
		},
		{
			Name:     "no limit",
			Change:   `spec: {limit: "0"}`,
			Faults:   []string{`spec.limit: Invalid value: "0": must be greater than 0`},
			Stricter: webhookRefuses,
		},
		{
			Name:   "no source",
			Change: `spec: {sources: null}`,
			Faults: []string{"spec.sources: Required value: a quota without a source counts nothing"},
		},
		{
			Name:   "sources",
			Change: `spec: {sources: [{apiVersion: a/b/c, kind: "", op: count}, {apiVersion: v1, kind: Pod, op: add}, {apiVersion: "", kind: "", op: count, path: .a}, {apiVersion: "", kind: "", op: multiply, path: .a}]}`,
			Faults: []string{
				"spec.sources[0].kind: Required value",
				`spec.sources[0].apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c`,
				"spec.sources[1]: Required value: exactly one of path or cel must be set, unless op is count",
				"spec.sources[2].kind: Required value",
				"spec.sources[2]: Forbidden: path and cel must be empty when op is count",
				"spec.sources[3].kind: Required value",
				`spec.sources[3].op: Unsupported value: "multiply": supported values: "add", "sub", "count"`,
			},
		},
		{
			Name: "expressions",
			Change: `
spec:
  sources:
  - {apiVersion: v1, kind: Pod, op: add, path: spec.replicas}
  - {apiVersion: v1, kind: Pod, op: add, cel: object.spec.replicas +}
  - {apiVersion: v1, kind: Pod, op: add, cel: "'ten'"}
  - {apiVersion: v1, kind: Pod, op: add, cel: " "}`,
			Faults: []string{
				`spec.sources[0].path: Invalid value: "spec.replicas": sourcePath must start with '.'`,
				`spec.sources[1].cel: Invalid value: "object.spec.replicas +": compile CEL expression "object.spec.replicas +": ERROR...`,
				`spec.sources[2].cel: Invalid value: "'ten'": compile CEL expression "'ten'": expression must evaluate to kubernetes.Quantity or list<kubernetes.Quantity>, got string`,
				`spec.sources[3].cel: Invalid value: " ": CEL expression must not be empty`,
			},
			Stricter: webhookRefuses,
		},
		{
			Name:   "an expression that is too long",
			Change: `spec: {sources: [{apiVersion: v1, kind: Pod, op: add, cel: "quantity('1')` + strings.Repeat(" ", 4096) + `"}]}`,
			Faults: []string{"spec.sources[0].cel: Too long: may not be more than 4096 bytes"},
		},
		{
			Name: "selectors",
			Change: `
spec:
  scopeSelectors: [{matchLabels: {a: b c}}]
  sources: [{apiVersion: v1, kind: Pod, op: count, selectors: [{fieldSelectors: [spec.nodeName, ".spec.nodeName[=a"], celExpressions: [1 + 1]}]}]`,
			Faults: []string{
				`spec.scopeSelectors[0].matchLabels: Invalid value: "b c": ` + notLabelValue,
				`spec.sources[0].selectors[0].fieldSelectors[0]: Invalid value: "spec.nodeName": sourcePath must start with '.'`,
				`spec.sources[0].selectors[0].fieldSelectors[1]: Invalid value: ".spec.nodeName[=a": parse usage jsonpath...`,
				`spec.sources[0].selectors[0].celExpressions[0]: Invalid value: "1 + 1": compile CEL expression "1 + 1": expression must evaluate to bool, got int`,
			},
			Stricter: webhookRefuses,
		},
		{
			Name:   "65 expressions",
			Change: `spec: {sources: [{apiVersion: v1, kind: Pod, op: count, selectors: [{celExpressions: ["true"` + strings.Repeat(`, "true"`, 64) + `]}]}]}`,
			Faults: []string{"spec.sources[0].selectors[0].celExpressions: Too many: 65: must have at most 64 items"},
		},
	},
}

const sources = `{sources: [
	{apiVersion: v1, kind: Pod, op: count},
	{apiVersion: v1, kind: PersistentVolumeClaim, op: add, path: .spec.resources.requests.storage},
	{apiVersion: apps/v1, kind: Deployment, op: add, cel: quantity(string(object.spec.replicas))},
	{apiVersion: v1, kind: PersistentVolumeClaim, op: sub, path: .status.capacity.storage}]}`

func TestCustomQuota(t *testing.T) { customQuota.Test(t) }

func TestSources(t *testing.T) {
	got := []capsulev1beta2.CustomQuotaSpecSource{
		capsule.Count("v1", "Pod"),
		capsule.Sum("v1", "PersistentVolumeClaim", ".spec.resources.requests.storage"),
		capsule.SumExpression("apps/v1", "Deployment", "quantity(string(object.spec.replicas))"),
		capsule.Subtract("v1", "PersistentVolumeClaim", ".status.capacity.storage"),
	}
	if diff := cmp.Diff(customQuota.Changed(t, `spec: `+sources).Spec.Sources, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

var globalCustomQuota = buildtest.Kind[*capsulev1beta2.GlobalCustomQuota]{
	Build: func(quota *capsulev1beta2.GlobalCustomQuota) (*capsulev1beta2.GlobalCustomQuota, error) {
		return capsule.GlobalCustomQuota(quota.ObjectMeta, quota.Spec)
	},
	Validate: validated[*capsulev1beta2.GlobalCustomQuota],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.GlobalCustomQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "pods"},
		Spec: capsulev1beta2.GlobalCustomQuotaSpec{
			CustomQuotaSpec:    tenPods,
			NamespaceSelectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("a")},
		},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: {namespaceSelectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In, values: [a]}]}, ` + fastYAML + `]}`,
		`spec: ` + sources,
		`spec: {scopeSelectors: [` + fastYAML + `]}`,
		`spec: {options: {emitMetricPerClaimUsage: true}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "name",
			Change: `metadata: {name: Dev}`,
			Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:     "no namespaces",
			Change:   `spec: {namespaceSelectors: null}`,
			Faults:   []string{"spec.namespaceSelectors: Required value: without one the whole cluster is counted; AllowClusterWide allows it"},
			Stricter: widens,
		},
		{
			Name:     "an empty selector",
			Change:   `spec: {namespaceSelectors: [{}]}`,
			Faults:   []string{"spec.namespaceSelectors[0]: " + notEmpty},
			Stricter: "it does nothing",
		},
		{
			Name:   "no source",
			Change: `spec: {sources: null}`,
			Faults: []string{"spec.sources: Required value: a quota without a source counts nothing"},
		},
	},
}

func TestGlobalCustomQuota(t *testing.T) { globalCustomQuota.Test(t) }
