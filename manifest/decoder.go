package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v2"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
)

// A DecoderOption sets up a [Decoder].
type DecoderOption interface {
	ApplyToDecoder(*Decoder)
}

// File is the name of what is read, for positions and errors.
type File string

// ApplyToDecoder implements [DecoderOption].
func (f File) ApplyToDecoder(d *Decoder) { d.file = string(f) }

// MaxDocument is the largest size of a document, in bytes, that a [Decoder]
// accepts. The default is 3 MiB, which is what the API server accepts in a
// request. The decoder's memory follows the largest document, not the stream:
// ordinarily a few times its size, at worst, for text made to that end, some
// hundred times.
type MaxDocument int

// ApplyToDecoder implements [DecoderOption].
func (m MaxDocument) ApplyToDecoder(d *Decoder) { d.max = int(m) }

const defaultMaxDocument MaxDocument = 3 << 20

// A Decoder reads objects from a YAML stream, one document at a time.
//
// A kind that the scheme knows becomes its Go type; every other becomes an
// *[unstructured.Unstructured]. A document of kind List, or of a kind that
// ends in List and has items, becomes its items. Documents without content are
// passed over.
//
// Decoding is strict: unknown fields, keys that are there twice, and values of
// the wrong type are errors, and so is text after the end of a document.
type Decoder struct {
	split  *splitter
	scheme *runtime.Scheme
	file   string
	max    int
	broken bool // the stream cannot be read any further

	doc   source // the document being decoded
	own   ownReader
	items []any                   // of a list, those not yet decoded
	item  int                     // index of the first of them
	kind  schema.GroupVersionKind // of items that do not name theirs
	pos   Position                // of the last object
	json  []byte
}

// NewDecoder returns a Decoder that reads from r. A nil scheme knows no kinds.
func NewDecoder(r io.Reader, scheme *runtime.Scheme, opts ...DecoderOption) *Decoder {
	d := &Decoder{scheme: scheme}
	defaultMaxDocument.ApplyToDecoder(d)
	for _, opt := range opts {
		opt.ApplyToDecoder(d)
	}
	d.split = newSplitter(r, d.max)
	return d
}

// Position returns where the object that was decoded last, or failed to be,
// begins.
func (d *Decoder) Position() Position { return d.pos }

// Decode returns the next object, or [io.EOF] after the last one. What is
// wrong with a document is an *[Error], or several of them joined; the next
// call then goes on with the next document. When the stream itself cannot be
// read, because of its reader or a document that is too long, that error is its
// last document.
func (d *Decoder) Decode() (runtime.Object, error) {
	for len(d.items) == 0 {
		own, err := d.next()
		if err != nil {
			return nil, err
		}
		if own {
			if obj := d.ownObject(); obj != nil {
				return obj, nil
			}
			if err := d.doc.parse(); err != nil {
				return nil, d.fail("", err)
			}
		}
		if !isList(d.doc.value) {
			return d.object(d.doc.value, "", schema.GroupVersionKind{})
		}
		if err := d.expand(); err != nil {
			return nil, err
		}
	}
	return d.nextItem()
}

// DecodeInto decodes the next document into v, which should point to a zero
// value, or returns [io.EOF] after the last one. It serves types of one's own
// that are no Kubernetes objects, with JSON tags, as strictly as
// [Decoder.Decode] and with the same errors. After an error v may hold a part
// of the document.
func (d *Decoder) DecodeInto(v any) error {
	if p := reflect.ValueOf(v); p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("manifest: cannot decode into a %T: want a pointer", v)
	}
	own, err := d.next()
	if err != nil {
		return err
	}
	if own {
		if strict, err := kjson.UnmarshalStrict(d.own.json, v); err == nil && len(strict) == 0 {
			return nil
		}
		if err := d.doc.parse(); err != nil {
			return d.fail("", err)
		}
	}
	return d.into(d.doc.value, "", "", v)
}

// next reads and parses the next document that is not null, and reports
// whether d.own did it, or else d.doc.
func (d *Decoder) next() (own bool, err error) {
	for !d.broken {
		doc, err := d.split.document()
		if err == io.EOF {
			return false, io.EOF
		}
		d.pos = Position{File: d.file, Document: d.pos.Document + 1, Line: doc.line}
		if err != nil {
			d.broken = true
			return false, &Error{Position: d.pos, Err: err}
		}
		d.doc = source{document: doc}
		if d.own.read(doc.text) {
			return true, nil
		}
		if err := d.doc.parse(); err != nil {
			return false, d.fail("", err)
		}
		if d.doc.value != nil || d.doc.twice != nil {
			return false, nil
		}
		d.pos.Document--
	}
	return false, io.EOF
}

// ownObject decodes what d.own has read, or returns nil when that takes more
// than decoding JSON, be it to expand a list or to say what is wrong.
func (d *Decoder) ownObject() runtime.Object {
	gv, err := schema.ParseGroupVersion(d.own.apiVersion)
	if err != nil || d.own.apiVersion == "" || d.own.kind == "" || strings.HasSuffix(d.own.kind, "List") {
		return nil
	}
	if d.scheme != nil {
		obj, err := d.scheme.New(gv.WithKind(d.own.kind))
		if err == nil {
			if strict, err := kjson.UnmarshalStrict(d.own.json, obj); err != nil || len(strict) > 0 {
				return nil
			}
			return obj
		}
		if !runtime.IsNotRegisteredError(err) {
			return nil
		}
	}
	u := &unstructured.Unstructured{}
	if kjson.UnmarshalCaseSensitivePreserveInts(d.own.json, &u.Object) != nil {
		return nil
	}
	return u
}

// object decodes v, which lies at a path within the document. The kind is what
// v is when it does not say so itself.
func (d *Decoder) object(v any, path string, kind schema.GroupVersionKind) (runtime.Object, error) {
	m, ok := v.(map[any]any)
	if !ok {
		return nil, d.fail("", at(path, fmt.Errorf("an object is a mapping, this is %s", describeValue(v))))
	}
	if m["kind"] == nil && m["apiVersion"] == nil && kind.Kind != "" {
		m["apiVersion"], m["kind"] = kind.ToAPIVersionAndKind()
	}
	gvk, err := kindOf(m)
	if err != nil {
		return nil, d.fail("", at(path, err))
	}
	if isList(v) {
		return nil, d.fail("", at(path, errors.New("a list within a list")))
	}

	if d.scheme != nil {
		obj, err := d.scheme.New(gvk)
		if err == nil {
			if err := d.into(v, path, name(m), obj); err != nil {
				return nil, err
			}
			return obj, nil
		}
		if !runtime.IsNotRegisteredError(err) {
			return nil, d.fail(name(m), at(path, err))
		}
	}
	u := &unstructured.Unstructured{}
	if err := d.into(v, path, name(m), &u.Object); err != nil {
		return nil, err
	}
	return u, nil
}

// into decodes v, which lies at a path within the document, into the Go value
// that out points to.
func (d *Decoder) into(v any, path, object string, out any) error {
	var err error
	if d.json, err = toJSON(d.json[:0], v, d.maxJSON()); err != nil {
		return d.fail(object, at(path, err))
	}
	strict, err := kjson.UnmarshalStrict(d.json, out)
	if err != nil {
		return d.fail(object, d.blame(v, path, out, err)...)
	}
	for i, e := range strict {
		strict[i] = at(path, e)
	}
	return d.fail(object, strict...)
}

// maxJSON bounds the JSON of a document. Flow style without spaces, with nulls
// to be filled in, grows by less than this; only aliases grow without end.
func (d *Decoder) maxJSON() int { return 8*d.max + 1024 }

func kindOf(m map[any]any) (schema.GroupVersionKind, error) {
	apiVersion, _ := m["apiVersion"].(string)
	kind, _ := m["kind"].(string)
	if apiVersion == "" || kind == "" {
		return schema.GroupVersionKind{}, errors.New("apiVersion and kind are required to tell what this is")
	}
	gv, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return schema.GroupVersionKind{}, fmt.Errorf("apiVersion %q: %w", apiVersion, err)
	}
	return gv.WithKind(kind), nil
}

// name names the object for an error message, as describe does.
func name(m map[any]any) string {
	meta, _ := m["metadata"].(map[any]any)
	kind, _ := m["kind"].(string)
	name, _ := meta["name"].(string)
	if ns, _ := meta["namespace"].(string); ns != "" {
		name = ns + "/" + name
	}
	return strings.TrimSpace(kind + " " + name)
}

// parse decodes the text of the document, which has to be one document to the
// library too: a carriage return alone is a line break to it, and text after
// the end of a document is not looked at until somebody asks.
func (s *source) parse() error {
	dec := yaml.NewDecoder(bytes.NewReader(s.text))
	dec.SetStrict(true)
	var twice *yaml.TypeError
	switch err := dec.Decode(&s.value); {
	case errors.As(err, &twice):
		s.twice = twice
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	}
	var rest any
	switch err := dec.Decode(&rest); err {
	case io.EOF:
		return nil
	case nil:
		return errors.New("the document ends within a line, or at a line break other than LF and CRLF")
	default:
		return err
	}
}
