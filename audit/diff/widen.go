package diff

import (
	"slices"

	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// widened returns which of the fields of an object give more access than before. action
// is what happens to the tenant.
func (c *comparison) widened(action Action, object Object, events []event) []Widening {
	if action == Removed {
		return nil
	}
	var found []Widening
	decided := map[*rule][]string{} // the paths that a rule has decided on
	var said []string               // the paths of what is found
	for _, e := range events {
		r := ruleOf(e)
		if r == nil || e.wholly || e.within && (below(e.path, decided[r]) || below(e.path, said)) {
			continue // what is in an object, or in a field, goes with it
		}
		decided[r] = append(decided[r], e.path)
		if r.widens(e) && (action != Added || c.clusterWide(object, e)) {
			said = append(said, e.path)
			found = append(found, Widening{Object: object.Reference, File: object.File, Line: object.Line, Field: e.field(), Message: r.message})
		}
	}
	return found
}

// below reports whether a path lies in one of the others.
func below(path string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool { return other == "" || under(path, other) })
}

// clusterWide reports whether a field of an object of a new tenant gives something
// outside of the tenant: a binding in no namespace, or a role that is aggregated to
// others.
func (c *comparison) clusterWide(object Object, e event) bool {
	if object.Namespace != "" || e.kind().group != rbacGroup || e.sub != "" {
		return false
	}
	return e.kind().kind != "ClusterRoleBinding" || !c.ofItself(e.after)
}

// ofItself reports whether a ClusterRoleBinding gives nothing but the right of a
// ServiceAccount to act as itself, which it takes to go through Capsule Proxy.
func (c *comparison) ofItself(content any) bool {
	var binding rbacv1.ClusterRoleBinding
	var role rbacv1.ClusterRole
	if !decode(content, &binding) || !decode(c.roles[binding.RoleRef.Name].Content, &role) || role.AggregationRule != nil {
		return false
	}
	var users []string
	for _, s := range binding.Subjects {
		if s.Kind == rbacv1.ServiceAccountKind {
			users = append(users, names.User(s.Namespace, s.Name))
		}
	}
	others := func(rule rbacv1.PolicyRule) bool {
		return !slices.Equal(rule.Verbs, []string{"impersonate"}) || !slices.Equal(rule.Resources, []string{"users"}) ||
			!slices.Equal(rule.ResourceNames, users)
	}
	return len(users) == 1 && len(binding.Subjects) == 1 && len(role.Rules) > 0 && !slices.ContainsFunc(role.Rules, others)
}

func decode(content, into any) bool {
	fields, ok := content.(map[string]any)
	return ok && runtime.DefaultUnstructuredConverter.FromUnstructured(fields, into) == nil
}
