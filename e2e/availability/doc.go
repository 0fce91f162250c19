// Package availability proves what a tenant cannot stop: how long another tenant's
// reconciliation takes is measured undisturbed, while a tenant misbehaves without
// the library's protection, and while it does so under it. With the protection it
// may take three times as long as undisturbed.
//
// A run with -update writes the times into docs/security.md.
package availability
