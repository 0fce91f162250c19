// Package encode turns Kubernetes objects into YAML documents. It is the engine
// of manifest.Write and of manifest.Encoder.
//
// # The way of a value
//
//	object ──▶ encoderFunc of its type ──▶ tape ──▶ emitter ──▶ text
//	           │                           ▲        │
//	           │ a type that writes its    │        │ a scalar that is not
//	           │ own JSON, or is odd       │        │ certainly plain
//	           ▼                           │        ▼
//	           encoding/json ──▶ jsonParser┘        go.yaml.in/yaml/v2
//
// Each Go type has an [encoderFunc], worked out once and cached, as in
// encoding/json: structEncoder, mapEncoder, sliceEncoder and so on (type.go,
// struct.go, collection.go). It appends nodes to the tape.
//
// The tape (tape.go) is the object as encoding/json would write it, laid out
// flat, without a tree and without JSON text. Status and meaningless nulls are
// left out here.
//
// The emitter (emitter.go) goes along the tape and appends block YAML. It sorts
// the keys of maps; those of a struct are sorted once for its type (keys.go has
// the order). Scalars that certainly need no quotes are copied (scalar.go);
// every other is rendered by the YAML library (library.go), whose rules for
// quoting and for breaking lines are the ones to follow.
//
// Both short ways may decline, and never differ: a type of an unusual make goes
// to encoding/json, a scalar in doubt to the YAML library.
package encode
