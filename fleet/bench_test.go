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

// BenchmarkWriteTree writes a tree of 10,000 tenants, once from nothing and once
// with nothing to change.
func BenchmarkWriteTree(b *testing.B) {
	all := fleet.Fleet{Platform: platform("production"), Tenants: teams(10_000, nil)}
	b.Run("new", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := all.WriteTree(b.Context(), b.TempDir()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rerun", func(b *testing.B) {
		b.ReportAllocs()
		dir := b.TempDir()
		for range 2 {
			if _, err := all.WriteTree(b.Context(), dir); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			if changes, err := all.WriteTree(b.Context(), dir); err != nil || changes.Stale() {
				b.Fatal(err, len(changes.Written))
			}
		}
	})
}
