package capsule_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// validated calls Validate without an allowance.
func validated[T buildtest.Object](obj T) error { return capsule.Validate(obj) }

// mutable are the kinds with a CRD.
var mutable = map[string]interface {
	TestMutations(*testing.T)
	Mutate(t *testing.T, row, leaf int, text string, number int64) bool
}{
	"CapsuleConfiguration": configuration,
	"CustomQuota":          customQuota,
	"GlobalCustomQuota":    globalCustomQuota,
	"GlobalResourceQuota":  globalResourceQuota,
	"GlobalTenantResource": globalTenantResource,
	"ResourcePool":         resourcePool,
	"ResourcePoolClaim":    resourcePoolClaim,
	"Tenant":               tenant,
	"TenantOwner":          tenantOwner,
	"TenantResource":       tenantResource,
}

// No constructor returns an object with an invalid field.
func TestMutations(t *testing.T) {
	for name, kind := range mutable {
		t.Run(name, kind.TestMutations)
	}
}

func FuzzMutations(f *testing.F) {
	for name := range mutable {
		f.Add(name, 0, 0, "a b", int64(-1))
		f.Add(name, 7, 3, "{{tenant.name}}", int64(1<<40))
	}
	f.Fuzz(func(t *testing.T, name string, row, leaf int, text string, number int64) {
		if kind, ok := mutable[name]; ok {
			kind.Mutate(t, row, leaf, text, number)
		}
	})
}

const fastYAML = `{matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}`

// The API server's messages for invalid names.
const (
	notSubdomain     = `a lowercase RFC 1123 subdomain must consist of...`
	notLabel         = `a lowercase RFC 1123 label must consist of...`
	notLabelValue    = `a valid label must be an empty string or consist of...`
	notNamePart      = `name part must consist of...`
	notQualifiedName = `a valid label key must consist of...`
	notRegexp        = "error parsing regexp: missing closing ): `(`"
)

// Messages of many rows.
const (
	notKubernetes   = `must not be one of Kubernetes' own ("system:"): name the exact account, as a ServiceAccount, or the people`
	notClusterAdmin = "Forbidden: cluster-admin gives every permission on every object in the tenant's namespaces, Capsule's included; AllowClusterAdmin allows it"
	notEverybody    = " includes the users or ServiceAccounts of every other tenant; AllowEverybody allows it"
	notEmpty        = "Required value: Capsule reads an empty selector as none at all; EveryNamespace selects all namespaces"
)

// Reasons to be stricter than the CRD that many rows share.
const (
	webhookRefuses = "Capsule's webhook refuses it"
	failsLater     = "it fails when Capsule makes something of it"
	widens         = "it gives more than it seems to"
)
