// Package upgrade proves that a platform with tenants goes from the oldest versions of
// Flux and Capsule to the newest, in the order of docs/guides/upgrade.md: nothing is
// lost, and no reconciliation fails for longer than a restart.
package upgrade
