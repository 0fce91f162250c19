package decode

import (
	kjson "sigs.k8s.io/json"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// Unmarshal decodes v, a part of the parsed document that lies at a path, into
// the Go value that out points to. It returns all that is wrong.
func (d *Document) Unmarshal(v any, path string, out any) []error {
	r := d.reader
	err := checkSize(v, r.maxJSON())
	if err != nil {
		return []error{fieldpath.At(path, err)}
	}
	if r.json, err = toJSON(r.json[:0], v, r.maxJSON()); err != nil {
		return []error{fieldpath.At(path, err)}
	}
	strict, err := kjson.UnmarshalStrict(r.json, out)
	if err != nil {
		return blame(v, path, out, err, r.maxJSON())
	}
	for i, e := range strict {
		strict[i] = fieldpath.At(path, e)
	}
	return strict
}

// UnmarshalFast decodes the JSON of [Document.Fast], and reports whether it
// could and nothing is wrong.
func UnmarshalFast(json []byte, out any) bool {
	strict, err := kjson.UnmarshalStrict(json, out)
	return err == nil && len(strict) == 0
}

// maxJSON bounds the JSON of a document. Flow style without spaces, with nulls
// to be filled in, grows by less than this; only aliases grow without end.
func (r *Reader) maxJSON() int { return 8*r.max + 1024 }
