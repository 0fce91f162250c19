package audit_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// BenchmarkCheck audits fleets beside a Flux installation and the admission
// policies. With typed objects it shows what the rules cost, with untyped ones
// also what it costs to give them a type. The memory it reports grows with the
// number of tenants and no faster.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{100, 1000, 10000} {
		typed := fleet(b, n)
		b.Run(fmt.Sprintf("typed/tenants=%d", n), func(b *testing.B) { benchmark(b, typed, n) })
	}
	const n = 10000
	untypedFleet := untypedInputs(b, fleet(b, n))
	b.Run(fmt.Sprintf("untyped/tenants=%d", n), func(b *testing.B) { benchmark(b, untypedFleet, n) })
}

func benchmark(b *testing.B, inputs []audit.Input, n int) {
	runtime.GC()
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		if findings := audit.Check(inputs); len(findings) > 20 {
			b.Fatalf("%d findings, the first: %s", len(findings), describe(findings[0]))
		}
	}
	b.ReportMetric((cpu(b)-before).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/tenant")
	b.ReportMetric(float64(len(inputs)), "objects")
}

// cpu is the time that the process has had of its cores, which on a busy machine
// tells more than the time that went by.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// fleet is the objects of that many tenants of the recipe, and a platform.
func fleet(t testing.TB, n int) []audit.Input {
	t.Helper()
	inputs := readFile(t, "testdata/with/flux.yaml")
	for _, p := range tenant.AdmissionPolicies() {
		inputs = append(inputs, audit.Inputs(p.Objects())...)
	}
	for i := range n {
		bundle, err := tenant.Build(tenant.Spec{
			Name: fmt.Sprintf("team-%05d", i),
			Git:  tenant.Git{URL: fmt.Sprintf("https://github.com/org/team-%05d.git", i), Branch: "main"},
			Access: kubeconfig.Access{
				Proxy:     "https://proxy.example.com",
				Audiences: []string{"https://kubernetes.default.svc"},
			},
			Owners: []tenant.Owner{{Kind: "Group", Name: fmt.Sprintf("team-%05d-admins", i)}},
		})
		if err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, audit.Inputs(bundle.Objects())...)
	}
	return inputs
}

func untypedInputs(t testing.TB, inputs []audit.Input) []audit.Input {
	t.Helper()
	untyped := make([]audit.Input, len(inputs))
	for i, in := range inputs {
		untyped[i] = audit.Input{Object: toUnstructured(t, in.Object)}
	}
	return untyped
}
