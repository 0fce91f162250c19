package tenant_test

import (
	"io"
	"maps"
	"slices"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// benchmarked are the smallest tenant; a full one, with all objects of the recipe;
// the full one with an isolation; and one with every field set.
func benchmarked(tb testing.TB) map[string]tenant.Spec {
	full := tenanttest.Smallest()
	full.Access = tenanttest.Proxy(tb, "https://capsule-proxy.capsule-system.svc:9001")
	full.Owners = []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}}
	full.Quota = tenant.Quota{Namespaces: 5}
	isolated := full
	isolated.Isolation = tenant.Isolation{Profile: tenant.Baseline}
	return map[string]tenant.Spec{"smallest": tenanttest.Smallest(), "full": full, "isolated": isolated, "everything": tenanttest.Specs(tb)["everything"]}
}

// BenchmarkBuild builds tenants, and writes them too.
func BenchmarkBuild(b *testing.B) {
	tenants := benchmarked(b)
	for _, name := range slices.Sorted(maps.Keys(tenants)) {
		spec := tenants[name]
		b.Run("tenant="+name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tenant.Build(spec); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("tenant="+name+"/written", func(b *testing.B) {
			enc := manifest.NewEncoder(io.Discard)
			b.ReportAllocs()
			for b.Loop() {
				team, err := tenant.Build(spec)
				if err != nil {
					b.Fatal(err)
				}
				for _, obj := range team.Objects() {
					if err := enc.Encode(obj); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
