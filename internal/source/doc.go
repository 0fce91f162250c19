// Package source validates the repository that a tenant or a platform names in
// its fields git and oci.
package source
