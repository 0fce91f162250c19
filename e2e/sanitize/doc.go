// Package sanitize compares package kubeconfig's reading of a kubeconfig with Flux's
// own code. It needs no cluster; it is here because the library must not depend on
// that code.
package sanitize
