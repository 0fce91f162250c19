package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type poolOption = capsule.ResourcePoolOption

var resourcePool = buildtest.Kind[*capsulev1beta2.ResourcePool, poolOption]{
	Build: func(opts ...poolOption) (*capsulev1beta2.ResourcePool, error) {
		return capsule.ResourcePool("dev-team", fourCPUs, append([]poolOption{capsule.TenantNamespaces("dev-team")}, opts...)...)
	},
	Func:    poolFunc,
	NilFunc: capsule.ResourcePoolFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[poolOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.Namespaces(fast),
			YAML:   `spec: {selectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In, values: [dev-team]}]}, {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}]}`,
		},
		{
			Option: capsule.EveryNamespace(),
			YAML:   `spec: {selectors: [{matchExpressions: [{key: capsule.clastix.io/tenant, operator: In, values: [dev-team]}]}, {matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}]}]}`,
		},
		{Option: capsule.PoolDefaults{"requests.cpu": resource.MustParse("1")}, YAML: `spec: {defaults: {requests.cpu: "1"}}`},
		{Option: capsule.DefaultsZero(true), YAML: `spec: {config: {defaultsZero: true}}`},
		{Option: capsule.OrderedQueue(true), YAML: `spec: {config: {orderedQueue: true}}`},
		{Option: capsule.DeleteBoundResources(true), YAML: `spec: {config: {deleteBoundResources: true}}`},
		{Option: capsule.QuotaScopes{"NotBestEffort"}, YAML: `spec: {quota: {scopes: [NotBestEffort]}}`},
		{
			Option: capsule.QuotaScopeSelector(byPriority),
			YAML:   `spec: {quota: {scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [low]}]}}}`,
		},
	},
	Invalid: []buildtest.Refuses[poolOption]{
		{
			Name:    "name",
			Options: buildtest.With(poolFunc(func(pool *capsulev1beta2.ResourcePool) error { pool.Name = "Dev"; return nil })),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name:     "no selector",
			Options:  buildtest.With(poolFunc(func(pool *capsulev1beta2.ResourcePool) error { pool.Spec.Selectors = nil; return nil })),
			Faults:   []string{"spec.selectors: Required value: a pool without a selector serves no namespace"},
			Stricter: "it does nothing",
		},
		{
			Name:     "an empty selector",
			Options:  buildtest.With[poolOption](capsule.Namespaces{}),
			Faults:   []string{"spec.selectors[1]: Required value: Capsule reads an empty selector as none at all; say EveryNamespace for all namespaces"},
			Stricter: "it does nothing",
		},
		{
			Name:     "no tenants",
			Options:  buildtest.With[poolOption](capsule.TenantNamespaces()),
			Faults:   []string{"spec.selectors[1].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'"},
			Stricter: failsLater,
		},
		{
			Name: "resources",
			Options: buildtest.With(poolFunc(func(pool *capsulev1beta2.ResourcePool) error {
				pool.Spec.Quota.Hard = nil
				pool.Spec.Defaults = corev1.ResourceList{"gold": resource.MustParse("1")}
				return nil
			})),
			Faults: []string{
				"spec.quota.hard: Required value: at least one resource",
				`spec.defaults[gold]: Unsupported value: "gold": supported values: "cpu"...`,
			},
			Stricter: failsLater,
		},
	},
}

func poolFunc(f func(*capsulev1beta2.ResourcePool) error) poolOption {
	return capsule.ResourcePoolFunc(f)
}

func TestResourcePool(t *testing.T)       { resourcePool.Test(t) }
func TestResourcePoolFields(t *testing.T) { resourcePool.TestFields(t, nil) }

type claimOption = capsule.ResourcePoolClaimOption

var resourcePoolClaim = buildtest.Kind[*capsulev1beta2.ResourcePoolClaim, claimOption]{
	Build: func(opts ...claimOption) (*capsulev1beta2.ResourcePoolClaim, error) {
		return capsule.ResourcePoolClaim("dev-team-apps", "compute", "dev-team", fourCPUs, opts...)
	},
	Func:    claimFunc,
	NilFunc: capsule.ResourcePoolClaimFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[claimOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: claimFunc(func(claim *capsulev1beta2.ResourcePoolClaim) error { claim.Spec.Pool = ""; return nil }),
			YAML:   `spec: {pool: ""}`,
		},
	},
	Invalid: []buildtest.Refuses[claimOption]{
		{
			Name:    "namespace",
			Options: buildtest.With(claimFunc(func(claim *capsulev1beta2.ResourcePoolClaim) error { claim.Namespace = ""; return nil })),
			Faults:  []string{"metadata.namespace: Required value"},
		},
		{
			Name: "pool and resources",
			Options: buildtest.With(claimFunc(func(claim *capsulev1beta2.ResourcePoolClaim) error {
				claim.Spec.Pool = "Dev"
				claim.Spec.ResourceClaims = corev1.ResourceList{"pods": resource.MustParse("-1")}
				return nil
			})),
			Faults: []string{
				`spec.pool: Invalid value: "Dev": ` + notSubdomain,
				`spec.claim[pods]: Invalid value: "-1": must not be negative`,
			},
			Stricter: failsLater,
		},
	},
}

func claimFunc(f func(*capsulev1beta2.ResourcePoolClaim) error) claimOption {
	return capsule.ResourcePoolClaimFunc(f)
}

func TestResourcePoolClaim(t *testing.T)       { resourcePoolClaim.Test(t) }
func TestResourcePoolClaimFields(t *testing.T) { resourcePoolClaim.TestFields(t, nil) }
