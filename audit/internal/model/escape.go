package model

import (
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

// readEscapes asks the table about every object, whosesoever it is.
func readEscapes(set *Set, t *Tenancy, flux *Flux, platform []string) Escapes {
	limits := tenancy.Limits{PlatformNamespaces: platform}
	if len(flux.Controllers) > 0 {
		limits.FluxNamespace = flux.Controllers[0].Object.Ref.Namespace
	}
	escapes := Escapes{}
	for _, o := range set.Objects {
		ns := t.Namespaces[o.Ref.Namespace]
		id := tenancy.Identity{Namespace: o.Ref.Namespace, Member: ns == nil || !ns.Home, Limits: limits}
		for _, violation := range tenancy.Violations(o.content(), id) {
			for _, err := range violation.Errors {
				escapes[violation.Rule.ID] = append(escapes[violation.Rule.ID], Escape{o, violation.Rule, err.Field, err.BadValue})
			}
		}
	}
	return escapes
}

// content returns the object as it was read.
func (o *Object) content() runtime.Object {
	if o.Raw != nil {
		return &unstructured.Unstructured{Object: o.Raw}
	}
	return o.Typed
}
