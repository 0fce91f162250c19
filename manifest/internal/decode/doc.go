// Package decode reads the documents of a YAML stream, and reports the line of each
// error. It is the engine of manifest.Decoder.
//
// # The path of a value
//
//	stream ──▶ splitter ──▶ Document ──▶ fastReader ──▶ JSON ──▶ Go value
//	                           │                          ▲
//	                           │ any other layout         │
//	                           ▼                          │
//	                  go.yaml.in/yaml/v2 ──▶ any ──▶ toJSON
//	                           │
//	                           │ something is wrong
//	                           ▼
//	                  go.yaml.in/yaml/v3, for its lines
//
// The splitter (split.go) cuts the stream into documents and holds one at a
// time, no larger than the limit.
//
// The fastReader (fast.go) turns a document in the layout that package encode writes
// into JSON, without a tree. It declines every other document, and its result never
// differs. Declined documents go to the YAML library (parse.go), whose Go values
// become JSON (json.go). sigs.k8s.io/json decodes the JSON strictly, as the API
// server does (unmarshal.go).
//
// An error has a path, or a message of the YAML library. Only then is the text parsed
// again, by the version of the library that keeps lines (locate.go, message.go). A
// type's own decoder does not name the field; blame.go finds it by trial.
//
// # Hostile text
//
// Before any text is decoded, its size, its depth and the growth by its aliases are
// bounded, and so is the list of its errors.
package decode
