package audit

import (
	"cmp"
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// An Object is one of the set that a report is about.
type Object struct {
	Reference

	// Tenant is whose it is, as in a [Finding]: for a ClusterRoleBinding without a
	// tenant's label, the one tenant that it gives a role to. Empty for the platform.
	Tenant string

	// File and Line are where the object begins, as far as the [Input] said so.
	File string
	Line int

	// Content is the object as it was read. It belongs to the caller of [Check], and
	// must not be changed.
	Content map[string]any
}

// Objects returns the objects of the set in a fixed order, with whose they are.
// Those that a ResourceSet or a replication of Capsule makes are not among them. A
// report that does not come from [Check] has none.
func (r *Report) Objects() []Object {
	if r.model == nil {
		return nil
	}
	given := givenTo(r.model)
	var objects []Object
	for _, o := range r.model.Set.Objects {
		if o.Within == nil {
			tenant := cmp.Or(r.model.Tenancy.TenantOf(o), given[o])
			objects = append(objects, Object{Reference(o.Ref), tenant, o.File, o.Line, o.Content()})
		}
	}
	return objects
}

// givenTo returns the tenant that each ClusterRoleBinding gives a role to, for those
// that give it to one.
func givenTo(m *model.Model) map[*model.Object]string {
	given := map[*model.Object]string{}
	for _, b := range m.Rights.Bindings {
		holders := map[string]bool{}
		for _, s := range b.Subjects {
			for _, holder := range m.Tenancy.Holders(s, b.Namespace) {
				holders[holder.Name()] = true
			}
		}
		if b.Namespace == "" && len(holders) == 1 {
			given[b.Object] = slices.Collect(maps.Keys(holders))[0]
		}
	}
	return given
}

// Tenants returns the names of the tenants of the set, sorted.
func (r *Report) Tenants() []string {
	if r.model == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(r.model.Tenancy.Tenants))
}
