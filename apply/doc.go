// Package apply applies a tenant's bundle to a cluster and removes it, for programs
// that have a [client.Client]: operators, portals, pipelines.
//
//	team, err := tenant.Build(spec)
//	removed, err := apply.Apply(ctx, c, team)   // server-side apply; deletes what is no longer part of the bundle
//	changes, err := apply.Diff(ctx, c, team)    // what Apply would change, by a dry run
//	status, err := apply.Wait(ctx, c, team)     // until the Tenant, the source and the Kustomization are ready
//	err = apply.Remove(ctx, c, "dev-team")      // in the order that leaves nothing behind
//	left, err := apply.Leftovers(ctx, config, "dev-team") // objects still there, and how to remove them
//
// # What belongs to a tenant
//
// The objects that carry [tenant.Label] with the tenant's name and that [Manager] has
// applied. There is no other state: after an interruption the next call continues.
// Objects that Flux applied from a fleet's tree have another manager, and stay.
//
// # The client
//
// The client must read from the API server, not from a cache: client.New, not a
// manager's GetClient. A cache would watch every kind of a bundle in the whole
// cluster, and show objects that are already deleted. Every function asks for the
// kinds of a bundle in one list each, so the client's rate limit should allow some
// tens of requests a second.
//
// # Errors
//
// An error lists every failure with its object. Every function can be called again
// after an error, and ends when its context does.
package apply
