// Package availability proves that a tenant cannot stop another's reconciliation. It
// measures how long that takes undisturbed, and while a tenant misbehaves without and
// with the library's protection. With it, at most three times as long as undisturbed
// is allowed.
//
// A run with -update writes the times into docs/security.md.
package availability
