package tenant

import _ "embed"

//go:embed schema.json
var jsonSchema string

// Schema returns the JSON Schema of [Spec], draft 2020-12, for editors and forms:
// descriptions, defaults, enumerations and patterns. It is made from the Go type. It
// does not check rules that involve several fields or the rest of the platform.
func Schema() []byte { return []byte(jsonSchema) }
