// Package policy builds the admission policies of a platform: the API server itself
// enforces them, without a webhook.
//
// The policies on Flux's objects come from the table of internal/tenancy, one for
// each of its classes; the others protect the ownership of objects (platform.go,
// status.go, namespaces.go, shards.go) and hide a name (artifact.go).
package policy
