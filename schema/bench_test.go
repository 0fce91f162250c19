package schema_test

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/schema"
)

// BenchmarkValidateTenant validates all objects of a tenant that have a CRD.
func BenchmarkValidateTenant(b *testing.B) {
	var objects []client.Object
	for _, obj := range tenanttest.Build(b, tenanttest.Smallest()).Objects() {
		if schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
			objects = append(objects, obj)
		}
	}
	for _, bench := range []struct {
		name    string
		targets []schema.Target
	}{{"pinned", nil}, {"every version", schema.Targets()}} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, obj := range objects {
					schema.Validate(obj, bench.targets...)
				}
			}
		})
	}
}
