// Package tenancy has the table of ways that a Flux object can leave its tenant: a
// reference to another namespace, an account or a cloud identity that is the
// controller's own, a connection that somebody else can replace, a worker held for a
// day.
//
//	table ──> Check          what tenant.Bundle refuses
//	      ──> Validations    what the API server refuses: CEL of the admission policies
//	      ──> Check, Rules   what audit finds
//
// A row is a [Rule]: its kinds, a [Condition], and what a tenant could do without it.
// A condition is written once, as a small expression over field paths (see
// condition.go), evaluated in Go and rendered as CEL.
//
// A test walks the specs of every Flux kind: a field that upstream adds fails it
// until the field is in the table, or in the test's list of harmless fields with a
// reason.
package tenancy
