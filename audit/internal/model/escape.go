package model

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// An Escape is a field with which an object leaves its tenant, by a row of
// internal/tenancy's table.
type Escape struct {
	Object *Object
	Rule   tenancy.Rule
	Field  string
	Value  any
}

// Escapes are those of a set, by the ID of the rule.
type Escapes map[string][]Escape

// readEscapes asks the table about every object, of tenants and of the platform.
func readEscapes(set *Set, t *Tenancy, flux *Flux, platform []string) Escapes {
	limits := tenancy.Limits{PlatformNamespaces: platform}
	if len(flux.Controllers) > 0 {
		limits.FluxNamespace = flux.Controllers[0].Object.Ref.Namespace
	}
	escapes := Escapes{}
	for _, o := range set.Objects {
		ns := t.Namespaces[o.Ref.Namespace]
		id := tenancy.Identity{Namespace: o.Ref.Namespace, Member: ns == nil || !ns.Home, Limits: limits}
		for _, violation := range violations(o, id) {
			for _, err := range violation.Errors {
				escapes[violation.Rule.ID] = append(escapes[violation.Rule.ID], Escape{o, violation.Rule, err.Field, err.BadValue})
			}
		}
	}
	return escapes
}

// violations asks the table about one object. How long a variable waits is not
// known, so that the rules on times read its default.
func violations(o *Object, id tenancy.Identity) []tenancy.Violation {
	found := tenancy.Violations(o.content(), id)
	if !o.Variable {
		return found
	}
	found = slices.DeleteFunc(found, isTime)
	if o.Typed == nil {
		return found
	}
	return append(found, slices.DeleteFunc(tenancy.Violations(o.Typed, id), func(v tenancy.Violation) bool { return !isTime(v) })...)
}

func isTime(v tenancy.Violation) bool { return v.Rule.Class == tenancy.Times }

// content returns the object as it was read.
func (o *Object) content() runtime.Object {
	if o.Raw != nil {
		return &unstructured.Unstructured{Object: o.Raw}
	}
	return o.Typed
}
