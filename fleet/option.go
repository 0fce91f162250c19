package fleet

import "slices"

// A TreeOption lets [Fleet.WriteTree] and [Fleet.DiffTree] make a change that they
// otherwise reject, or continues a change of several commits.
type TreeOption func(*treeOptions)

type treeOptions struct {
	relayout, applied, manyRemovals bool
	remove, changeAccess, clusters  []string
}

func newTreeOptions(options []TreeOption) treeOptions {
	var o treeOptions
	for _, option := range options {
		option(&o)
	}
	return o
}

// Relayout writes the next of the commits that change the layout of a tree, and
// nothing else while the first of them is due. See [LayoutError].
func Relayout() TreeOption { return func(o *treeOptions) { o.relayout = true } }

// Applied says that every cluster has applied the current tree: leaving tenants
// advance one stage. See [tenant.Spec.Leaving].
func Applied() TreeOption { return func(o *treeOptions) { o.applied = true } }

// AllowRemoval lets these tenants be removed from the tree, or from a cluster,
// without leaving first. The clusters keep the guarded objects (the Tenant with its
// namespaces and the home namespace) and what Flux applied there; nothing reconciles
// them any more.
func AllowRemoval(tenants ...string) TreeOption {
	return func(o *treeOptions) { o.remove = slices.Concat(o.remove, tenants) }
}

// AllowClusterRemoval lets the folders of these clusters be removed from the tree. If
// Flux still runs there, it loses its lockdown.
func AllowClusterRemoval(clusters ...string) TreeOption {
	return func(o *treeOptions) { o.clusters = slices.Concat(o.clusters, clusters) }
}

// AllowManyRemovals lets more than a tenth of the tenants, and more than five, be
// removed in one run.
func AllowManyRemovals() TreeOption { return func(o *treeOptions) { o.manyRemovals = true } }

// AllowAccessChange lets the access of these tenants change from one mode to another.
// None of their objects is deleted, but objects that Flux applied through the old
// access may have to be reconciled by hand.
func AllowAccessChange(tenants ...string) TreeOption {
	return func(o *treeOptions) { o.changeAccess = slices.Concat(o.changeAccess, tenants) }
}
