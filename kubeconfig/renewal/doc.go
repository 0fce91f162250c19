// Package renewal makes kubeconfigs in a cluster, and renews them before their tokens
// expire.
//
// A [Target] says whose kubeconfig it is, which server it is for and where that
// server's CA lies. [Ensure] reads the existing Secret. Only if something is missing,
// wrong or due it requests a token, bounded in time and audience, and applies the
// Secret server-side with the field manager "fluxcapsule". For tokenless access it
// keeps the ConfigMap and its CA. [EnsureAll] does so for many targets, [Watch] until
// its context ends.
//
// # What to use
//
//	make or renew one now              Ensure
//	make or renew many                 EnsureAll
//	keep many, until a context ends    Watch
//	see what a cluster has             Read
//	show the object, without writing   Render
//	run it in the cluster              Build, for a CronJob with its role
//	grant what it needs                ClusterRole, CARole
//
// # When a token is renewed
//
// After 60 to 70 % of its life; where in between depends on the token, so that many
// tenants do not come due together. A token of an hour leaves 18 minutes for the
// renewal to fail and be tried again, and for clocks that disagree. If the local
// clock is behind the API server's, a token seems to come from the future and is
// renewed at once.
//
// # When a renewal fails
//
// The Secret is written in one request, after the token has been issued. A failure
// before that leaves the old kubeconfig, which is valid for another third of its
// life. Two concurrent renewals write one after the other, and both tokens are valid.
// The Secret is owned by the ServiceAccount, since its token dies with it: Kubernetes
// deletes both, also when the account has been recreated; the next Ensure then writes
// the Secret again.
//
// # Permissions
//
// [ClusterRole] has all permissions that it needs in a tenant's namespace: to request
// tokens for that account and to get, create and patch that Secret, by name. It lists
// nothing. [Build] adds a ServiceAccount, the bindings and a CronJob, to run it in
// the cluster.
//
// The package is separate because it needs client-go's clientset, which package
// kubeconfig does without.
package renewal
