// Package tenancy holds the one table of what takes a Flux object out of its
// tenant: a reference to another namespace, an account or a cloud identity that
// is the controller's own, a connection that somebody else can replace, a worker
// held for a day.
//
//	table ──> Check          what tenant.Bundle refuses
//	      ──> Validations    what the API server refuses: CEL of the admission policies
//	      ──> Check, Rules   what audit finds
//
// A row is a [Rule]: the kinds it is for, a [Condition] and what the condition
// keeps a tenant from. A condition is written once, as a small expression over
// field paths (see condition.go), which is evaluated in Go and rendered as CEL.
//
// A test walks the specs of every Flux kind: a field that upstream adds fails it
// until the field stands in the table, or in the test's list of harmless fields
// with the reason.
package tenancy
