package capsule_test

import "testing"

// kinds are those with a CRD to ask.
var kinds = map[string]interface {
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

// Nothing invalid gets out, whichever field it is in.
func TestMutations(t *testing.T) {
	for name, kind := range kinds {
		t.Run(name, kind.TestMutations)
	}
}

func FuzzMutations(f *testing.F) {
	for name := range kinds {
		f.Add(name, 0, 0, "a b", int64(-1))
		f.Add(name, 7, 3, "{{tenant.name}}", int64(1<<40))
	}
	f.Fuzz(func(t *testing.T, name string, row, leaf int, text string, number int64) {
		if kind, ok := kinds[name]; ok {
			kind.Mutate(t, row, leaf, text, number)
		}
	})
}
