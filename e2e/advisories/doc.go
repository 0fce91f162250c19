// Package advisories proves what the audit says of Capsule before 0.13: it runs a
// Capsule that has the holes, on its own control plane, where a tenant uses them.
// Package attack shows that Capsule 0.14 refuses the same.
//
// A run with -update writes its section of docs/security.md.
package advisories
