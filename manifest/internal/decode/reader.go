package decode

import (
	"bytes"
	"io"
	"strings"

	"go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"
)

// A Reader reads the documents of a YAML stream, one at a time. It is not safe
// for concurrent use.
type Reader struct {
	split *splitter
	max   int // bytes in a document
	fast  fastReader
	json  []byte // of the document, when it was not read fast
	doc   Document
}

// NewReader returns a Reader of the documents in r, none longer than max bytes.
func NewReader(r io.Reader, max int) *Reader {
	return &Reader{split: newSplitter(r, max), max: max}
}

// Next returns the next document that is not empty, or [io.EOF]. With any other
// error, that of the stream, the document has nothing but a line. The document
// is good until the next call.
func (r *Reader) Next() (*Document, error) {
	text, err := r.split.document()
	if err == io.EOF {
		return nil, io.EOF
	}
	r.doc = Document{Line: text.line, text: text.text, start: text.start, reader: r}
	return &r.doc, err
}

// A Document is one document of a stream.
type Document struct {
	Line int // the first line that holds more than comments and markers

	reader *Reader
	text   []byte
	start  int // the line of the stream on which text begins

	value      any
	duplicates *yaml.TypeError // keys, not yet reported
	root       *yaml3.Node     // the text parsed for its lines, when it has been
}

// Fast reads a document in the layout that package encode writes. It returns
// the document as JSON, good until the next document is read, and its
// apiVersion and kind as far as they are there. It reports false for any other
// layout.
func (d *Document) Fast() (json []byte, apiVersion, kind string, ok bool) {
	fast := &d.reader.fast
	if !fast.read(d.text) {
		return nil, "", "", false
	}
	return fast.json, fast.apiVersion, fast.kind, true
}

// Value returns what [Document.Parse] has made of the document: nil, a bool, a
// number, a string, a []any or a map[any]any.
func (d *Document) Value() any { return d.value }

// IsNull reports whether the parsed document holds nothing, be it right or wrong.
func (d *Document) IsNull() bool { return d.value == nil && d.duplicates == nil }

// Text returns the text of the document without what marks its beginning and
// its end. It is empty if the document begins on the line of the marker, or with
// directives.
func (d *Document) Text() string {
	body, rest := d.text, d.text
	for line := range bytes.Lines(d.text) {
		rest = rest[len(line):]
		if isMarker(line, "---") {
			if says(line[len("---"):]) {
				return ""
			}
			body = rest
			break
		}
		if line[0] == '%' {
			return ""
		}
		if says(line) {
			break
		}
	}
	text := strings.TrimRight(string(body), "\r\n")
	return strings.TrimSuffix(text, "\n...") + "\n"
}
