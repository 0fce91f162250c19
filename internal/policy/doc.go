// Package policy builds the admission policies of a platform: the API server itself
// enforces them, without a webhook.
//
// The policies on Flux's objects come from the table of internal/tenancy, one
// for each of its classes; the others are about whose an object is (platform.go,
// namespaces.go, shards.go, finalizers.go), about tokens that never expire (tokens.go),
// about kubeconfigs (kubeconfigs.go), and about pods (pods.go).
package policy
