// Package renewal keeps kubeconfigs in a cluster: it makes them, and renews
// them before their tokens expire, so that no person has to.
//
// A [Target] says whose kubeconfig it is, which server it is for and where that
// server's CA lies. [Ensure] looks at what exists, and only if something is
// missing, wrong or due requests a token, bounded in time and audience, and
// applies the Secret server-side, as the field manager "fluxcapsule". For
// tokenless access it keeps the ConfigMap and its CA. [EnsureAll] does so for
// many, [Watch] for as long as it is left to run.
//
// # When a token is renewed
//
// After 60 to 70 % of its life; where in between depends on the token, so that
// many tenants do not come due together. A token of an hour leaves 18 minutes
// for the renewal to fail and be tried again, and for clocks that disagree. A
// clock that is behind the API server's shows as a token from the future, which
// is renewed at once.
//
// # What stays in place
//
// The Secret is written in one request, after the token has been issued.
// Whatever fails before leaves the old kubeconfig, which is good for a third of
// its life still. Two that run at once write one after the other, and both
// tokens are good. The Secret is owned by the ServiceAccount, since its token
// dies with it: Kubernetes deletes both, and does so too when the account has
// been made anew, after which the next Ensure writes the Secret again.
//
// # What it may do
//
// [ClusterRole] is all that it needs in a tenant's namespace: to request tokens
// for that account and to get, create and patch that Secret, by name. It lists
// nothing. [Build] adds a ServiceAccount, the bindings and a CronJob, to run it
// in the cluster.
//
// It is a package of its own because it needs client-go's clientset, which
// importers of the builders in package kubeconfig need not pay for.
package renewal
