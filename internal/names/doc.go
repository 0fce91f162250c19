// Package names holds the names that several packages have to agree on: the
// user names of ServiceAccounts, the platform's namespaces, the labels and who
// owns them, and the names of objects that a tenant is made of.
package names
