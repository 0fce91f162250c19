// Package manifest turns Kubernetes objects into YAML streams and back.
//
//	err := manifest.Write(os.Stdout, namespace, repository, kustomization)
//	objects, err := manifest.Read(os.Stdin, scheme)
//
// It knows no kinds itself: what a document's apiVersion and kind stand for is
// looked up in the [k8s.io/apimachinery/pkg/runtime.Scheme] that is handed in,
// and what is not found there becomes an
// [k8s.io/apimachinery/pkg/apis/meta/v1/unstructured.Unstructured].
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
// Where that library would lose something, this one does not follow it: the key
// "<<" is quoted, or it would be read as a merge; characters that it rejects or
// takes for line breaks are escaped; text that is not UTF-8 is an error, and so
// is a number that readers would round.
//
// A line "---" precedes every document, the first one included, so that
// streams may be joined end to end. The same object gives the same bytes,
// always.
//
// Writing takes about as long as [encoding/json.Marshal]: no JSON and no tree
// stands between the object and the text.
//
// # What is read
//
// Reading what was written gives equal objects: integers keep all their
// digits, and the strings "on", "1.0", "0123", "null" and "" stay strings.
// What the API itself does not carry is lost here as well: the status, the
// difference between a nil and an empty slice under omitempty, the order of
// the keys in free-form JSON, and the difference between 1.0 and 1 there.
//
// Reading is strict. An unknown field, a duplicate key, a value of the wrong
// type, a number that would be rounded, and text that is not YAML are errors,
// each an [*Error] with file, document and line. All that is wrong is listed at
// once, up to 20 errors of a document:
//
//	teams.yaml:9 (document 2): Kustomization dev-team/dev-team: unknown field "spec.foo"
//
// So is a kind in a version that the scheme does not know, though it knows the
// kind ([ErrUnknownVersion]). What SOPS has encrypted is read whatever its kind,
// as [*Encrypted], and written back unchanged.
//
// A [Decoder] reads a stream document by document and says where each object
// came from ([Decoder.All], [Decoder.Position]). It needs memory for one
// document, whose size is limited ([MaxDocument]). Text that is made to do harm
// is an error within a second and 256 MiB: aliases that stand for billions of
// values or for themselves, keys by the hundred thousand, 9,000 levels.
// Mappings and lists may be nested 500 deep, in writing as in reading.
//
// Text written by others is read as YAML 1.1, as kubectl reads it, whatever
// version it says it is: a bare on, off, yes, no, y or n is a boolean, and 0123
// an octal number. As a key such a word is an error, since other readers take it
// for a string.
package manifest
