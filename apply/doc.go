// Package apply brings a tenant's bundle to a cluster and takes it away again, for
// programs that have a [client.Client]: operators, portals, pipelines.
//
//	team, err := tenant.Build(spec)
//	removed, err := apply.Apply(ctx, c, team)   // server-side apply, and what is no longer part of the bundle goes
//	changes, err := apply.Diff(ctx, c, team)    // what Apply would change, by a dry run
//	status, err := apply.Wait(ctx, c, team)     // until the Tenant, the source and the Kustomization are ready
//	err = apply.Remove(ctx, c, "dev-team")      // in the order that leaves nothing behind
//	left, err := apply.Leftovers(ctx, config, "dev-team") // what is there all the same, and how to remove it
//
// # What belongs to a tenant
//
// The objects that carry [tenant.Label] with the tenant's name and that [Manager]
// has applied. Nothing is stored besides: a program that was ended in the middle
// goes on with the next call. What Flux applied from a fleet's tree has another
// manager, and stays.
//
// # The client
//
// The client must read from the API server, not from a cache: client.New, not a
// manager's GetClient. A cache would watch every kind of a bundle in the whole
// cluster, and show what is gone already. Every function asks for the kinds of a
// bundle in one list each, so the client's rate limit should allow some tens of
// requests a second.
//
// # Errors
//
// An error lists all that went wrong, each with its object. Every function can be
// called again after an error, and ends when its context does.
package apply
