package fleet_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// FuzzFleet compares a fleet's errors with a check of every pair of tenants.
func FuzzFleet(f *testing.F) {
	f.Add("a a\na-b a-b\na x\n")
	f.Add("!a a\na-b a-c\nb a-d\nc a ci\nd d ci\n")
	f.Add("a x y\nb y\n!b-c b-d x\n")
	f.Add("a a x.y\nb b *.y z.y\nc c *.z.y\nd d y.y\n")
	f.Add("a a x.y\nb b x.xy xx.y\nc c *.x.y\n")
	f.Fuzz(func(t *testing.T, text string) {
		var specs []tenant.Spec
		for line := range strings.Lines(text) {
			fields := strings.Fields(line)
			if len(fields) < 2 || len(specs) == 12 {
				continue
			}
			spec := tenanttest.Smallest()
			name, forced := strings.CutPrefix(fields[0], "!")
			spec.Name, spec.Home, spec.ForceTenantPrefix = name, fields[1], &forced
			for _, field := range fields[2:min(len(fields), 6)] {
				if strings.Contains(field, ".") {
					spec.Isolation.Hostnames = append(spec.Isolation.Hostnames, field)
					continue
				}
				spec.Owners = append(spec.Owners, tenant.Owner{Kind: "ServiceAccount", Name: "system:serviceaccount:" + field + ":x"})
			}
			if _, err := tenant.Build(spec); err != nil {
				t.Skip()
			}
			specs = append(specs, spec)
		}
		faulty := false
		for _, err := range (fleet.Fleet{Tenants: listed(specs)}).Bundles(t.Context()) {
			faulty = faulty || err != nil
		}
		if n := len(specs) - 1; n > 0 {
			found := (fleet.Fleet{Tenants: listed(specs[:n])}).Check(t.Context(), specs[n]) != nil
			want := slices.ContainsFunc(specs[:n], func(other tenant.Spec) bool { return clash(other, specs[n]) || clash(specs[n], other) })
			if found != want {
				t.Errorf("Check finds a fault: %v, a look at every pair: %v\n%s", found, want, text)
			}
		}
		if want := len(specs) == 0 || anyPair(specs, clash); faulty != want {
			t.Errorf("the fleet finds a fault: %v, a look at every pair: %v\n%s", faulty, want, text)
		}
	})
}

func anyPair(specs []tenant.Spec, clash func(a, b tenant.Spec) bool) bool {
	for i := range specs {
		for j := range specs {
			if i != j && clash(specs[i], specs[j]) {
				return true
			}
		}
	}
	return false
}

func clash(a, b tenant.Spec) bool {
	for _, owner := range a.Owners {
		if strings.HasPrefix(owner.Name, "system:serviceaccount:"+b.Home+":") || slices.ContainsFunc(b.Owners, func(o tenant.Owner) bool { return o.Name == owner.Name }) {
			return true
		}
	}
	for _, x := range a.Isolation.Hostnames {
		for _, y := range b.Isolation.Hostnames {
			parent, wildcard := strings.CutPrefix(x, "*")
			if x == y || wildcard && strings.HasSuffix(y, parent) {
				return true
			}
		}
	}
	prefix := a.Name + "-"
	return a.Name == b.Name || a.Home == b.Home ||
		*a.ForceTenantPrefix && (strings.HasPrefix(b.Name, prefix) || strings.HasPrefix(b.Home, prefix))
}
