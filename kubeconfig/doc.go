// Package kubeconfig makes, reads and checks what Flux needs to reach an API
// server on behalf of a tenant.
package kubeconfig
