// Package sanitize compares what package kubeconfig says Flux makes of a
// kubeconfig with what Flux's own code makes of it. It needs no cluster; it is
// here because that code is no dependency for the library.
package sanitize
