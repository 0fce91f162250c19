// Package manifest turns Kubernetes objects into YAML streams and back.
//
//	err := manifest.Write(os.Stdout, namespace, repository, kustomization)
//	objects, err := manifest.Read(os.Stdin, scheme)
//
// It looks up a document's apiVersion and kind in the given
// [k8s.io/apimachinery/pkg/runtime.Scheme]; a kind that is not found becomes an
// [k8s.io/apimachinery/pkg/apis/meta/v1/unstructured.Unstructured].
//
// # What to use
//
//	write objects of any types           Write; WriteAll for a slice
//	write more than fits in memory       NewEncoder
//	order them for applying              Sort
//	read objects                         Read, ReadFile
//	read one by one, with their lines    NewDecoder
//
// # What is written
//
// Each document is, byte for byte, what [sigs.k8s.io/yaml] writes for the
// object, without
//
//   - the status at the top of the document. A status further down, in Helm
//     values say, is the user's.
//   - a null that reads back the same when it is absent: in a typed object,
//     that of a struct field (the Go value is a nil pointer, slice or map
//     without omitempty). All other nulls stay, as they mean something: in Helm
//     values a null deletes a default, in a map it is a key, in a list an
//     element. Of an unstructured object only metadata.creationTimestamp is
//     removed when it is null.
//
// It differs where that library would lose something: the key "<<" is quoted, since
// it would be read as a merge; characters that the library rejects or reads as line
// breaks are escaped; text that is not UTF-8 and numbers that readers would round are
// errors.
//
// A line "---" precedes every document, the first one included, so that streams can
// be concatenated. The same object always gives the same bytes.
//
// Writing takes about as long as [encoding/json.Marshal]: it makes no JSON and no
// tree in between.
//
// # What is read
//
// Reading what was written gives equal objects: integers keep all their digits, and
// the strings "on", "1.0", "0123", "null" and "" stay strings. Lost, as in the API
// itself, are the status, the difference between a nil and an empty slice under
// omitempty, the order of the keys in free-form JSON, and the difference between 1.0
// and 1 there.
//
// Reading is strict. An unknown field, a duplicate key (other than one that a mapping
// sets after it merges it, as in {<<: *base, replicas: 2}), a value of the wrong type, a
// number that would be rounded, and text that is not YAML are errors, each an
// [*Error] with file, document and line. An error lists all faults at once, up to 20
// of a document:
//
//	teams.yaml:9 (document 2): Kustomization dev-team/dev-team: unknown field "spec.foo"
//
// A known kind in an unknown version is an error, too ([ErrUnknownVersion]). A
// document that SOPS has encrypted is read as [*Encrypted], for any kind, and written
// back unchanged.
//
// A [Decoder] reads a stream document by document and says where each object
// came from ([Decoder.All], [Decoder.Position]). It needs memory for one
// document, whose size is limited ([MaxDocument]). Text that is made to do harm
// is an error within a second and 256 MiB: aliases that stand for billions of
// values or for themselves, keys by the hundred thousand, 9,000 levels.
// Mappings and lists may be nested 500 deep, in writing as in reading.
//
// Text is read as YAML 1.1, as kubectl reads it, even if it says another version: a
// bare on, off, yes, no, y or n is a boolean, and 0123 an octal number. As a key such
// a word is an error, since other readers take it for a string.
package manifest
