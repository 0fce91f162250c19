// Package schema checks any object of a Flux or Capsule kind as an API server would,
// without a server: offline, for each supported version of Flux and Capsule.
//
//	for _, err := range schema.Validate(obj) {
//		fmt.Println(err)
//	}
//	errs := schema.Validate(obj, schema.Target{FluxVersion: "2.7"})
//	errs = schema.Validate(obj, schema.Targets()...) // every supported version
//
// # What to use
//
//	check an object, with the pinned versions    Validate
//	check it with one version                    Validate, with a Target
//	check it with every supported version        Validate, with Targets()
//	whether a kind has a schema                  Covers
//	the kinds of a version                       Kinds
//
// # What is checked
//
// [Validate] checks a create request with the API server's own code
// (k8s.io/apiextensions-apiserver), in its order: unknown fields, nulls, defaults,
// metadata, the OpenAPI schema, embedded objects, list sets and maps, CEL rules. It
// runs no admission: Validate of packages capsule and flux checks what Capsule's
// webhooks and the controllers reject beyond the CRD.
//
// The directory schemas has a CRD for each kind, without the descriptions and the
// status, which a create ignores. The version in a file's name is the first that has
// that CRD. The files are generated from the upstream modules that internal/versions
// names:
//
//	go generate ./schema           after a version changes there
//	go run ./schema/gen -check     fails when that was forgotten
package schema

//go:generate go run ./gen
