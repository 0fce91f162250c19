// Package advisories proves what the audit says of Capsule before 0.13: it runs a
// Capsule that has the holes, on a control plane of its own, and a tenant uses
// them. That Capsule 0.14 refuses the same is shown in package attack.
//
// A run with -update writes its section of docs/security.md.
package advisories
