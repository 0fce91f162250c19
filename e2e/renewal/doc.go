// Package renewal proves that kubeconfigs in Secrets are kept: written, renewed
// before they expire, with no more rights than the library's bundle gives.
package renewal
