package fleet

import _ "embed"

//go:embed schema.json
var jsonSchema string

//go:embed team.schema.json
var teamSchema string

// TeamSchema returns the JSON Schema of [Team], as [Schema] does of Platform.
func TeamSchema() []byte { return []byte(teamSchema) }

// Schema returns the JSON Schema of [Platform], draft 2020-12, for editors and forms:
// descriptions, defaults, enumerations and patterns. It is made from the Go type. It
// does not check rules that involve several fields or the rest of the platform.
func Schema() []byte { return []byte(jsonSchema) }
