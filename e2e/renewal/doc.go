// Package renewal proves that kubeconfigs in Secrets are written, and renewed before
// they expire, with no more rights than the library's bundle gives.
package renewal
