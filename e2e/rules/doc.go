// Package rules proves by dry runs that what the library says of an object is what
// a cluster says: the API server of Flux's kinds, Capsule's webhooks of Capsule's,
// and the admission policies of those whose controllers do not run here.
package rules
