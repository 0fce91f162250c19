package audit

import (
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// unseen names the parts that are missing in the set. Where it has no tenant nothing
// is asked for.
func unseen(m *model.Model) []string {
	if len(m.Tenancy.Tenants) == 0 {
		return nil
	}
	if len(m.Flux.Controllers) == 0 {
		return []string{"the lockdown of Flux: the set has tenants, and neither a Deployment of Flux's controllers nor a FluxInstance"}
	}
	absent := map[string]bool{}
	for _, a := range m.Appliers {
		if m.Tenancy.Standing(a.Object.Ref.Namespace) == model.TenantStanding && !slices.ContainsFunc(m.Flux.Controllers, func(c model.Controller) bool { return c.Name == a.Controller }) {
			absent[a.Controller] = true
		}
	}
	var list []string
	for _, name := range slices.Sorted(maps.Keys(absent)) {
		list = append(list, "the lockdown of "+name+": the set has tenants with objects for it, and not its Deployment")
	}
	return list
}
