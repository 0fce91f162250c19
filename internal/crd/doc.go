// Package crd says what an API server would say of an object of a Flux or
// Capsule kind, without a server. Tests use it to hold the builders to the
// CRDs of the upstream releases that go.mod pins.
//
//	if errs := crd.Validate(repo); len(errs) > 0 {
//		t.Errorf("the API server refuses %s: %v", repo.Name, errs.ToAggregate())
//	}
//
// [Validate] is a create, in the API server's own code
// (k8s.io/apiextensions-apiserver) and in its order: unknown fields, nulls,
// defaults, metadata, the OpenAPI schema, embedded objects, list sets and maps,
// CEL rules. It runs no admission: what Capsule's webhooks refuse beyond the
// CRD is not seen here.
//
// The directory schemas holds a CRD for each kind, less the descriptions and
// the status, which a create ignores. The files are generated from the upstream
// modules:
//
//	go generate ./internal/crd           after a version changes in go.mod
//	go run ./internal/crd/gen -check     fails when that was forgotten
package crd

//go:generate go run ./gen
