// Package diff compares two states of a GitOps repository, tenant by tenant.
//
//	change := diff.Between(audit.Check(before), audit.Check(after))
//	err := diff.WriteMarkdown(os.Stdout, change) // a comment for the pull request
//
// It answers a reviewer's questions about a pull request: which tenant's objects are
// added, changed or removed, and does anybody get more access than before?
//
// # What to use
//
//	compare two states                     Between, with two reports of audit.Check
//	comment on a pull request              WriteMarkdown
//	print it, or pass it to a program      WriteText, WriteJSON
//	whether anybody gets more access       Tenant.Widened
//
// # Widened access
//
// A [Widening] is a field that gives more than before (an owner, a subject or a rule
// of a role, a raised quota) or stops less (a removed or changed quota, network
// policy, admission policy, or patch of Flux's installation). A change that the
// comparison cannot judge is a widening. The findings of the audit that are new, more
// severe or newly suppressed come with it.
//
// A new tenant has no access that could be widened: only its findings and its
// cluster-wide access count. A removed tenant has no widening.
//
// # Values
//
// The values of Secrets and ConfigMaps, of annotations and environments, of charts'
// values and of all kinds that the package does not know are never in an output,
// which names only the field. URLs are shown without user, password and query.
//
// It does no I/O, and the same reports give the same bytes.
package diff
