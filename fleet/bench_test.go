package fleet_test

import (
	"fmt"
	"io"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

// BenchmarkFleetWrite writes fleets of growing size to a stream. The time per
// tenant stays the same.
func BenchmarkFleetWrite(b *testing.B) {
	for _, n := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := (fleet.Fleet{Tenants: teams(n, nil)}).Write(b.Context(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/tenant")
		})
	}
}
