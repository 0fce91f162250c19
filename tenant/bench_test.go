package tenant_test

import (
	"testing"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// BenchmarkBuild builds the tenant with every field set, and the smallest one.
func BenchmarkBuild(b *testing.B) {
	for name, spec := range map[string]tenant.Spec{"everything": specs(b)["everything"], "smallest": valid()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := tenant.Build(spec); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
