package manifest

import (
	"fmt"
	"io"
	"iter"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/decode"
)

// A Decoder reads objects from a YAML stream, one document at a time.
//
// A kind that the scheme knows becomes its Go type; every other becomes an
// *[unstructured.Unstructured]. A kind that the scheme knows in other versions only
// is an error, [ErrUnknownVersion]. An object of any kind that SOPS has encrypted
// becomes an *[Encrypted]. A document of kind List, or of a kind that ends in List
// and has items, becomes its items. Documents without content are ignored.
//
// Decoding is strict: unknown fields, duplicate keys, and values of the wrong
// type are errors, and so is text after the end of a document.
type Decoder struct {
	reader *decode.Reader
	scheme *runtime.Scheme
	file   string
	max    int
	broken bool // the stream cannot be read any further

	doc   *decode.Document        // the document being decoded
	items []any                   // of a list, those not yet decoded
	item  int                     // index of the first of them
	kind  schema.GroupVersionKind // of items that do not name theirs
	pos   Position                // of the last object
}

// NewDecoder returns a Decoder that reads from r. A nil scheme knows no kinds.
func NewDecoder(r io.Reader, scheme *runtime.Scheme, opts ...DecoderOption) *Decoder {
	d := &Decoder{scheme: scheme}
	defaultMaxDocument.ApplyToDecoder(d)
	for _, opt := range opts {
		opt.ApplyToDecoder(d)
	}
	d.reader = decode.NewReader(r, d.max)
	return d
}

// Position returns where the object that was decoded last, or failed to be,
// begins.
func (d *Decoder) Position() Position { return d.pos }

// Decode returns the next object, or [io.EOF] after the last one. An error of a
// document is an *[Error], or several of them joined; the next call continues with
// the next document. When the stream itself cannot be read, because of its reader or
// a document that is too long, that error is its last document.
func (d *Decoder) Decode() (runtime.Object, error) {
	for len(d.items) == 0 {
		if err := d.next(); err != nil {
			return nil, err
		}
		if json, apiVersion, kind, ok := d.doc.Fast(); ok {
			if obj := d.fastObject(json, apiVersion, kind); obj != nil {
				return obj, nil
			}
		}
		if err := d.parse(); err != nil {
			return nil, err
		}
		switch v := d.doc.Value(); {
		case d.doc.IsNull():
			d.pos.Document--
		case isList(v):
			if err := d.expand(); err != nil {
				return nil, err
			}
		default:
			return d.object(v, "", schema.GroupVersionKind{})
		}
	}
	return d.nextItem()
}

// All returns an iterator over the objects that are still to be decoded. In place of
// a faulty document it yields an error and a nil object, and continues with the next
// document. [Decoder.Position] says where each object or error is.
func (d *Decoder) All() iter.Seq2[runtime.Object, error] {
	return func(yield func(runtime.Object, error) bool) {
		for {
			obj, err := d.Decode()
			if err == io.EOF || !yield(obj, err) {
				return
			}
		}
	}
}

// DecodeInto decodes the next document into v, which should point to a zero
// value, or returns [io.EOF] after the last one. It serves types with JSON tags
// that are not Kubernetes objects, as strictly as [Decoder.Decode] and with the
// same errors. After an error v may hold a part of the document.
func (d *Decoder) DecodeInto(v any) error {
	if p := reflect.ValueOf(v); p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("manifest: cannot decode into a %T: want a pointer", v)
	}
	for {
		if err := d.next(); err != nil {
			return err
		}
		if json, _, _, ok := d.doc.Fast(); ok && decode.UnmarshalFast(json, v) {
			return nil
		}
		if err := d.parse(); err != nil {
			return err
		}
		if !d.doc.IsNull() {
			return d.fail("", d.doc.Unmarshal(d.doc.Value(), "", v)...)
		}
		d.pos.Document--
	}
}

// next reads the next document.
func (d *Decoder) next() error {
	if d.broken {
		return io.EOF
	}
	doc, err := d.reader.Next()
	if err == io.EOF {
		return io.EOF
	}
	d.doc = doc
	d.pos = Position{File: d.file, Document: d.pos.Document + 1, Line: doc.Line}
	if err != nil {
		d.broken = true
		return &Error{Position: d.pos, Err: err}
	}
	return nil
}

// parse parses the document by the YAML library.
func (d *Decoder) parse() error {
	if err := d.doc.Parse(); err != nil {
		return d.fail("", err)
	}
	return nil
}
