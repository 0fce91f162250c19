package tenant_test

import (
	"io"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// benchmarked are the smallest tenant, that of the README, and the one with
// every field set.
func benchmarked(tb testing.TB) map[string]tenant.Spec {
	full := valid()
	full.Access = proxy("https://capsule-proxy.capsule-system.svc:9001")
	full.Owners = []tenant.Owner{{Kind: "Group", Name: "dev-team-admins"}}
	full.Quota = tenant.Quota{Namespaces: 5}
	full.Isolation = tenant.Isolation{Profile: tenant.Baseline}
	return map[string]tenant.Spec{"smallest": valid(), "full": full, "everything": specs(tb)["everything"]}
}

// BenchmarkBuild builds tenants, and writes them too.
func BenchmarkBuild(b *testing.B) {
	for name, spec := range benchmarked(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tenant.Build(spec); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"-and-write", func(b *testing.B) {
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
