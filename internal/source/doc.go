// Package source validates and builds the repository that a tenant or a
// platform names in its fields git and oci.
package source
