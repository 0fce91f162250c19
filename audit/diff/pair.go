package diff

import (
	"reflect"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// A pair is an object before and after; one of them is nil if it is added or removed.
type pair struct{ before, after *audit.Object }

// moved reports whether the object went from one tenant to another.
func (p pair) moved() bool {
	return p.before != nil && p.after != nil && p.before.Tenant != p.after.Tenant
}

// shown returns the new object or, if it is removed, the old one.
func (p pair) shown() audit.Object {
	if p.after == nil {
		return *p.before
	}
	return *p.after
}

// A key names an object, in any API version.
type key struct{ group, kind, namespace, name string }

func keyOf(o audit.Object) key {
	return key{groupOf(o.APIVersion), o.Kind, o.Namespace, o.Name}
}

// groupOf returns the group of an API version, which is empty for the core group.
func groupOf(apiVersion string) string {
	if group, _, ok := strings.Cut(apiVersion, "/"); ok {
		return group
	}
	return ""
}

// pairs returns the objects that differ, in a fixed order. A repository may have
// several objects with one key, as in its overlays: equal ones are paired first, then
// those of one file, then the rest in order.
func pairs(before, after []audit.Object) []pair {
	was := map[key][]*audit.Object{}
	for i := range before {
		was[keyOf(before[i])] = append(was[keyOf(before[i])], &before[i])
	}
	is := map[key][]*audit.Object{}
	var order []key
	for _, list := range [][]audit.Object{before, after} {
		for i := range list {
			order = append(order, keyOf(list[i]))
		}
	}
	for i := range after {
		is[keyOf(after[i])] = append(is[keyOf(after[i])], &after[i])
	}
	var found []pair
	for _, k := range order {
		found = append(found, match(was[k], is[k])...)
		delete(was, k)
		delete(is, k)
	}
	return found
}

// match pairs the objects of one key, less those that are equal.
func match(was, is []*audit.Object) []pair {
	var found []pair
	for _, alike := range []func(a, b *audit.Object) bool{
		func(a, b *audit.Object) bool { return reflect.DeepEqual(a.Content, b.Content) && a.Tenant == b.Tenant },
		func(a, b *audit.Object) bool { return a.File == b.File },
		func(a, b *audit.Object) bool { return true },
	} {
		was = slices.DeleteFunc(was, func(a *audit.Object) bool {
			at := slices.IndexFunc(is, func(b *audit.Object) bool { return alike(a, b) })
			if at < 0 {
				return false
			}
			if !reflect.DeepEqual(a.Content, is[at].Content) || a.Tenant != is[at].Tenant {
				found = append(found, pair{a, is[at]})
			}
			is = slices.Delete(is, at, at+1)
			return true
		})
	}
	for _, a := range was {
		found = append(found, pair{before: a})
	}
	for _, b := range is {
		found = append(found, pair{after: b})
	}
	return found
}
