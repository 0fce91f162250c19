// Package diff compares two states of a GitOps repository, tenant by tenant.
//
//	change := diff.Between(audit.Check(before), audit.Check(after))
//	err := diff.WriteMarkdown(os.Stdout, change) // a comment for the pull request
//
// It answers what a reviewer asks of a pull request: which objects of which tenant are
// added, changed or removed, and does anybody get more access than before?
//
// # Widened access
//
// A [Widening] is a field that gives more than it did: an owner, a subject of a role,
// a rule of a role, a raised quota; or one that stops less: a quota, a network policy
// or an admission policy that is removed or changed, a patch of Flux's installation.
// Where the comparison cannot tell whether a change gives more, it is a widening. The
// findings of the audit that are new, more severe or newly suppressed come with it.
//
// A tenant that was not there has nothing that could be widened: only its findings
// count, and what it gets in the whole cluster. One that is gone has nothing at all.
//
// # Values
//
// The values of Secrets and ConfigMaps, of annotations and environments, of charts'
// values and of all kinds that the package does not know are in no output: it names
// the field. URLs are shown without user, password and query.
//
// It does no I/O, and the same reports give the same bytes.
package diff
