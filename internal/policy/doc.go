// Package policy builds the admission policies of a platform: what the API
// server refuses to tenants by itself, with no webhook to keep alive.
//
// The policies on Flux's objects come from the table of internal/tenancy, one
// for each of its classes; the others are about whose an object is (platform.go,
// namespaces.go, shards.go), about tokens that never expire (tokens.go), and about
// pods (pods.go).
package policy
