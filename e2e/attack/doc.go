// Package attack proves what tenants cannot do. Two tenants stand for every way of
// access: one attacks, by its git, by Flux objects in its home namespace and with
// its reconciler's own token; the other, and the platform in flux-system, are what
// it is after. Every attack is made under each protection; its refusal is checked
// by its words, and afterwards nothing may have changed that is not the attacker's.
// What nothing refuses has to be found by the audit.
//
// A run with -update writes the matrix into docs/security.md.
package attack
