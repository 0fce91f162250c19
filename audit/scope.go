package audit

import (
	"maps"
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A check reports the faults of each part of the model. The functions below make one;
// their names say which parts a rule ranges over.
type check func(*model.Model, *findings)

// join makes one check of several.
func join(checks ...check) check {
	return func(m *model.Model, r *findings) {
		for _, check := range checks {
			check(m, r)
		}
	}
}

// wholeSet is for rules that compare objects with each other.
func wholeSet(f func(m *model.Model, r *findings)) check { return f }

// each ranges over the objects of one kind.
func each[T runtime.Object](f func(m *model.Model, r *findings, o *model.Object, is T)) check {
	return func(m *model.Model, r *findings) {
		for o, is := range model.All[T](m.Set) {
			f(m, r, o, is)
		}
	}
}

// eachObject ranges over all objects of any kind.
func eachObject(f func(m *model.Model, r *findings, o *model.Object)) check {
	return func(m *model.Model, r *findings) {
		for _, o := range m.Set.Objects {
			f(m, r, o)
		}
	}
}

// eachApplier ranges over Kustomizations and HelmReleases.
func eachApplier(f func(m *model.Model, r *findings, a model.Applier)) check {
	return func(m *model.Model, r *findings) {
		for _, a := range m.Appliers {
			f(m, r, a)
		}
	}
}

// eachEscape ranges over the fields with which tenants' objects break the rules of
// the table (internal/tenancy) that have the IDs.
func eachEscape(f func(m *model.Model, r *findings, e model.Escape), ids ...string) check {
	return func(m *model.Model, r *findings) {
		for _, id := range ids {
			for _, e := range m.Escapes[id] {
				if m.Tenancy.Standing(e.Object.Ref.Namespace) == model.TenantStanding {
					f(m, r, e)
				}
			}
		}
	}
}

// eachController ranges over the controllers of Flux.
func eachController(f func(m *model.Model, r *findings, c model.Controller)) check {
	return func(m *model.Model, r *findings) {
		for _, c := range m.Flux.Controllers {
			f(m, r, c)
		}
	}
}

// eachComponent ranges over the programs that the set installs.
func eachComponent(f func(m *model.Model, r *findings, c model.Component)) check {
	return func(m *model.Model, r *findings) {
		for _, c := range m.Components {
			f(m, r, c)
		}
	}
}

// eachNamespace ranges over the namespaces that the set has or names, by name.
func eachNamespace(f func(m *model.Model, r *findings, ns *model.Namespace)) check {
	return func(m *model.Model, r *findings) {
		for _, name := range slices.Sorted(maps.Keys(m.Tenancy.Namespaces)) {
			f(m, r, m.Tenancy.Namespaces[name])
		}
	}
}

// eachBinding ranges over ClusterRoleBindings and RoleBindings.
func eachBinding(f func(m *model.Model, r *findings, b model.Binding)) check {
	return func(m *model.Model, r *findings) {
		for _, b := range m.Rights.Bindings {
			f(m, r, b)
		}
	}
}

// A held is a role that a binding gives to a tenant.
type held struct {
	binding model.Binding
	role    *model.Role // nil if it is not in the set
	holder  model.Holder
	subject rbacv1.Subject
	field   string // of the subject
	user    string // the subject's name as a user
}

// eachHeld ranges over the roles that bindings give to tenants, subject by
// subject.
func eachHeld(f func(m *model.Model, r *findings, h held)) check {
	return eachBinding(func(m *model.Model, r *findings, b model.Binding) {
		role := m.Rights.RoleOf(b)
		for i, s := range b.Subjects {
			for _, holder := range m.Tenancy.Holders(s, b.Namespace) {
				f(m, r, held{binding: b, role: role, holder: holder, subject: s,
					field: model.Index("subjects", i), user: model.UserOf(s, b.Namespace)})
			}
		}
	})
}
