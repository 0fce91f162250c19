// Package encode turns Kubernetes objects into YAML documents. It is the engine
// of manifest.Write and of manifest.Encoder.
//
// # The path of a value
//
//	object ──▶ encoderFunc of its type ──▶ tape ──▶ emitter ──▶ text
//	           │                           ▲        │
//	           │ a type that writes its    │        │ a scalar that is not
//	           │ own JSON, or is odd       │        │ certainly plain
//	           ▼                           │        ▼
//	           encoding/json ──▶ jsonParser┘        go.yaml.in/yaml/v2
//
// Each Go type has an [encoderFunc], built once and cached, as in encoding/json:
// structEncoder, mapEncoder, sliceEncoder and so on (type.go, struct.go,
// collection.go). It appends nodes to the tape.
//
// The tape (tape.go) is a flat list of the object's values as encoding/json would
// write them, without a tree and without JSON text. Status and meaningless nulls are
// left out here.
//
// The emitter (emitter.go) reads the tape and appends block YAML. It sorts the keys
// of maps; the keys of a struct are sorted once for its type (keys.go has the order).
// Scalars that certainly need no quotes are copied (scalar.go); the YAML library
// (library.go) renders all others, with its rules for quotes and line breaks.
//
// Both fast paths may decline a value but never differ: an unusual type goes to
// encoding/json, a doubtful scalar to the YAML library.
package encode
