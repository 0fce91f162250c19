// Package isolation proves the limits that a tenant.Isolation and a tenant.Quota set
// in the tenant's namespaces: the tenant makes every kind of object that they limit,
// with its reconciler's token.
package isolation
