package capsule_test

import (
	"encoding/json"
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var fourCPUs = corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("4")}

const (
	byPriority = `{matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}`
	nameOf64   = "a234567890123456789012345678901234567890123456789012345678901234"
)

var globalResourceQuota = buildtest.Kind[*capsulev1beta2.GlobalResourceQuota]{
	Build: func(quota *capsulev1beta2.GlobalResourceQuota) (*capsulev1beta2.GlobalResourceQuota, error) {
		return capsule.GlobalResourceQuota(quota.ObjectMeta, quota.Spec)
	},
	Validate: validated[*capsulev1beta2.GlobalResourceQuota],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.GlobalResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Name: "compute"},
		Spec: capsulev1beta2.GlobalResourceQuotaSpec{
			NamespaceSelectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("a", "b")},
			Quota:              corev1.ResourceQuotaSpec{Hard: fourCPUs},
		},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`metadata: {name: ` + nameOf64[:63] + `}`,
		`spec: {namespaceSelectors: [{matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]}, ` + fastYAML + `]}`,
		`spec: {quota: {scopes: [NotBestEffort]}}`,
		`spec: {quota: {scopeSelector: ` + byPriority + `}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "name",
			Change: `metadata: {name: Dev}`,
			Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:     "a name of 64 characters",
			Change:   `metadata: {name: ` + nameOf64 + `}`,
			Faults:   []string{"metadata.name: Too long: may not be more than 63 bytes"},
			Stricter: "Capsule makes it the value of a label",
		},
		{
			Name:   "nothing",
			Change: `spec: {namespaceSelectors: null, quota: {hard: null}}`,
			Faults: []string{
				"spec.namespaceSelectors: Required value: a quota without a selector counts no namespace",
				"spec.quota.hard: Required value: at least one resource",
			},
			Stricter: webhookRefuses,
		},
		{
			Name:   "selectors and resources",
			Change: `spec: {namespaceSelectors: [{}, {matchLabels: {a b: ""}}], quota: {hard: {pods: "-1"}}}`,
			Faults: []string{
				"spec.namespaceSelectors[0]: " + notEmpty,
				`spec.namespaceSelectors[1].matchLabels: Invalid value: "a b": ` + notNamePart,
				`spec.quota.hard[pods]: Invalid value: "-1": must not be negative`,
			},
			Stricter: webhookRefuses,
		},
		{
			Name:   "what is never counted",
			Change: `spec: {quota: {hard: {nvidia.com/gpu: "4", pods: 1500m}, scopes: [BestEffort]}}`,
			Faults: []string{
				`spec.quota.hard[nvidia.com/gpu]: Invalid value: "nvidia.com/gpu": counts nothing: a quota counts only the requests of an extended resource, requests.nvidia.com/gpu`,
				`spec.quota.hard[pods]: Invalid value: "1500m": must be an integer`,
				`spec.quota.scopes[0]: Invalid value: "BestEffort": does not apply to requests.cpu`,
			},
			Stricter: failsLater,
		},
	},
}

func TestGlobalResourceQuota(t *testing.T) { globalResourceQuota.Test(t) }

var resourcePool = buildtest.Kind[*capsulev1beta2.ResourcePool]{
	Build: func(pool *capsulev1beta2.ResourcePool) (*capsulev1beta2.ResourcePool, error) {
		return capsule.ResourcePool(pool.ObjectMeta, pool.Spec)
	},
	Validate: validated[*capsulev1beta2.ResourcePool],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.ResourcePool{
		ObjectMeta: metav1.ObjectMeta{Name: "dev-team"},
		Spec: capsulev1beta2.ResourcePoolSpec{
			Selectors: []selectors.NamespaceSelector{capsule.TenantNamespaces("dev-team"), capsule.EveryNamespace()},
			Quota:     corev1.ResourceQuotaSpec{Hard: fourCPUs},
		},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`metadata: {name: ` + nameOf64[:63] + `}`,
		`spec: {selectors: [` + fastYAML + `]}`,
		`spec: {defaults: {requests.cpu: "1"}}`,
		`spec: {config: {defaultsZero: true, orderedQueue: true, deleteBoundResources: true}}`,
		`spec: {quota: {scopes: [NotBestEffort]}}`,
		`spec: {quota: {scopeSelector: ` + byPriority + `}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "name",
			Change: `metadata: {name: Dev}`,
			Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:     "a name of 64 characters",
			Change:   `metadata: {name: ` + nameOf64 + `}`,
			Faults:   []string{"metadata.name: Too long: may not be more than 63 bytes"},
			Stricter: "Capsule makes it the value of a label",
		},
		{
			Name:     "no selector",
			Change:   `spec: {selectors: null}`,
			Faults:   []string{"spec.selectors: Required value: a pool without a selector serves no namespace"},
			Stricter: "it does nothing",
		},
		{
			Name:     "an empty selector",
			Change:   `spec: {selectors: [{}]}`,
			Faults:   []string{"spec.selectors[0]: " + notEmpty},
			Stricter: "it does nothing",
		},
		{
			Name:     "no tenants",
			Change:   `spec: {selectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In}]}]}`,
			Faults:   []string{"spec.selectors[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"},
			Stricter: failsLater,
		},
		{
			Name:   "resources",
			Change: `spec: {quota: {hard: null}, defaults: {gold: "1"}}`,
			Faults: []string{
				"spec.quota.hard: Required value: at least one resource",
				`spec.defaults[gold]: Unsupported value: "gold": supported values: "cpu"...`,
			},
			Stricter: failsLater,
		},
	},
}

func TestResourcePool(t *testing.T) { resourcePool.Test(t) }

var resourcePoolClaim = buildtest.Kind[*capsulev1beta2.ResourcePoolClaim]{
	Build: func(claim *capsulev1beta2.ResourcePoolClaim) (*capsulev1beta2.ResourcePoolClaim, error) {
		return capsule.ResourcePoolClaim(claim.ObjectMeta, claim.Spec)
	},
	Validate: validated[*capsulev1beta2.ResourcePoolClaim],
	Scheme:   capsule.AddToScheme,
	Valid: &capsulev1beta2.ResourcePoolClaim{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "compute"},
		Spec:       capsulev1beta2.ResourcePoolClaimSpec{Pool: "dev-team", ResourceClaims: fourCPUs},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: {pool: ""}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "namespace",
			Change: `metadata: {namespace: ""}`,
			Faults: []string{"metadata.namespace: Required value"},
		},
		{
			Name:   "pool and resources",
			Change: `spec: {pool: Dev, claim: {requests.cpu: null, pods: "-1"}}`,
			Faults: []string{
				`spec.pool: Invalid value: "Dev": ` + notSubdomain,
				`spec.claim[pods]: Invalid value: "-1": must not be negative`,
			},
			Stricter: failsLater,
		},
		{
			Name:   "nothing",
			Change: `spec: {claim: null}`,
			Faults: []string{"spec.claim: Required value: at least one resource"},
		},
	},
}

func TestResourcePoolClaim(t *testing.T) { resourcePoolClaim.Test(t) }

// An empty selector is rejected because Capsule reads it as none.
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
