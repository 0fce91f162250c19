// Package names holds the names that several packages have to agree on: the user
// names of ServiceAccounts, the platform's namespaces, the labels and their owners,
// and the names of a tenant's objects.
package names
