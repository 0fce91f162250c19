package audit_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
	untyped := untypedInputs(b, fleet(b, n))
	b.Run(fmt.Sprintf("untyped/tenants=%d", n), func(b *testing.B) { benchmark(b, untyped, n) })
	untyped = nil
	holes := fleetOf2022(b, n)
	b.Run(fmt.Sprintf("holes/tenants=%d", n), func(b *testing.B) { benchmark(b, holes, n) })
}

func benchmark(b *testing.B, inputs []audit.Input, n int) {
	runtime.GC()
	b.ReportAllocs()
	before := cpu(b)
	for b.Loop() {
		b.ReportMetric(float64(len(audit.Check(inputs).Findings)), "findings")
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
	inputs = append(inputs, audit.Inputs(admissionPolicies(t))...)
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

// fleetOf2022 is that many tenants of the recipe of 2022, each applied by a
// Kustomization of its own, beside policies that refuse some of it: findings for
// all rules to take their time over.
func fleetOf2022(t testing.TB, n int) []audit.Input {
	t.Helper()
	text, err := os.ReadFile("testdata/sets/recipe-2022/tenants/staging/dev-team.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const kustomization = `
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: dev-team, namespace: flux-system}
spec: {interval: 1m, path: ./tenants/dev-team, prune: true, serviceAccountName: kustomize-controller, sourceRef: {kind: GitRepository, name: flux-system}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: further, namespace: dev-team}
spec: {interval: 1m, path: ./, prune: true, sourceRef: {kind: GitRepository, name: other, namespace: flux-system}}
`
	one := read(t, append(text, kustomization...))
	inputs := append(readFile(t, "testdata/with/flux-open.yaml"), policies(t)...)
	for i := range n {
		name := fmt.Sprintf("team-%05d", i)
		for _, in := range one {
			u := in.Object.(*unstructured.Unstructured)
			inputs = append(inputs, audit.Input{
				Object: &unstructured.Unstructured{Object: rename(u.Object, "dev-team", name).(map[string]any)},
				File:   "gitops/tenants/" + name + "/tenant.yaml", Line: in.Line,
			})
		}
	}
	return inputs
}

func rename(value any, from, to string) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, from, to)
	case []any:
		renamed := make([]any, len(value))
		for i, item := range value {
			renamed[i] = rename(item, from, to)
		}
		return renamed
	case map[string]any:
		renamed := make(map[string]any, len(value))
		for key, item := range value {
			renamed[key] = rename(item, from, to)
		}
		return renamed
	}
	return value
}

func untypedInputs(t testing.TB, inputs []audit.Input) []audit.Input {
	t.Helper()
	untyped := make([]audit.Input, len(inputs))
	for i, in := range inputs {
		untyped[i] = audit.Input{Object: toUnstructured(t, in.Object)}
	}
	return untyped
}
