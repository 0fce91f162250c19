// Package kubeconfig makes, reads and checks what Flux needs to reach an API
// server on behalf of a tenant, through Capsule Proxy or directly.
//
// # Modes of access
//
// [Access] chooses one of four modes:
//
//   - Tokenless, through Capsule Proxy: a [ConfigMap]. Flux requests a token for
//     the tenant's account at each reconciliation. Nothing is stored, nothing
//     has to be renewed. Flux's kustomize- and helm-controller must run with
//     --feature-gates=ObjectLevelWorkloadIdentity=true.
//   - Through Capsule Proxy with a kubeconfig in a [Secret], for a Flux without
//     that feature gate. The token in it expires: package renewal, below this
//     one, renews it.
//   - The API server directly, by either. The tenant cannot list its own
//     namespaces then.
//   - Neither: the zero Access. Flux only impersonates the account.
//
// # What to use
//
//	refer to the access of a Flux object    Access.Reference
//	make it, tokenless                      ConfigMap
//	make it, with a token                   Config, then Secret
//	check it within something larger        Access.Validate
//	read what exists                        ReadSecret, ReadConfigMap
//	judge it                                Report.Problems
//	a form or an editor                     Schema
//
// # Building
//
// [Access.Reference] returns spec.kubeConfig of a Kustomization or HelmRelease.
// For tokenless access the rest is one [ConfigMap]. A kubeconfig comes from
// [Config] and goes into a [Secret]; its CA may come from the server's own TLS
// Secret ([CAFrom]), its token from a TokenRequest or, for those who must, from
// a token Secret that never expires ([NeverExpiringTokenSecret], [TokenFrom]).
//
// [Access.Validate] checks an Access that is part of something larger, such as the
// specification of a tenant. The builders call it.
//
// # Reading back
//
// [ReadSecret] and [ReadConfigMap] report what Flux reads in an object: the server,
// the account, when the token and the CA expire, what Flux would refuse and what it
// would ignore. [Report.Problems] judges that at a given time. This package itself
// has no clock and does no I/O.
//
// # Tokens
//
// No error, report or log line shows a token or a private key: a [Token] prints
// as "[redacted]", and errors omit the values of fields that may hold one.
//
// # Compared
//
//	                       | here                 | 2022 generator     | capsule-addon-fluxcd | by hand
//	without a stored token | yes, a ConfigMap     | no                 | no                   | a ConfigMap
//	token                  | TokenRequest,        | of a token Secret, | of a token Secret,   | kubectl create token,
//	                       | bounded              | never expires      | never expires        | bounded
//	renewed                | yes, with jitter     | no, create only    | no, create only      | by a person
//	CA                     | ca.crt, ca, tls.crt  | one key,           | a mounted file,      | copied
//	                       | or a key, read anew  | read once          | read once            |
//	may                    | one token, one       | all (its manifest  | write and list all   | what the person
//	                       | Secret by name       | says cluster-admin)| Secrets              | may
//	context's namespace    | the account's        | the TLS Secret's   | default              | as typed
//	checks what exists     | yes                  | no                 | no                   | by eye
//	several tenants        | yes                  | one a run          | yes                  | one at a time
package kubeconfig
