// Package isolation proves what a tenant.Isolation and a tenant.Quota hold the
// tenant's namespaces to: every kind of object that they say anything about is
// made by the tenant, with the token of its reconciler.
package isolation
