// Package advisories proves what the audit says of Capsule before 0.13: the tests
// run a Capsule that has the holes, with a control plane of its own, and a tenant
// uses them. They run like those of the directory above:
//
//	go -C e2e test -v ./advisories
//
// A run with -args -update writes its section of docs/security.md. That Capsule
// 0.14 refuses the same is shown above, in TestAttacks.
package advisories
