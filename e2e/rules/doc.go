// Package rules proves by dry runs that the library and a cluster agree about an
// object: the API server judges Flux's kinds, Capsule's webhooks judge Capsule's, and
// the admission policies judge those whose controllers do not run here.
package rules
