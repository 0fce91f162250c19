package decode

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v2"
	yaml3 "go.yaml.in/yaml/v3"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// Parse parses the document with the YAML library. Duplicate keys are not an
// error yet: [Document.Problems] lists them with what else is wrong. A key that
// overrides one of a merged mapping is not a duplicate.
func (d *Document) Parse() error {
	if separators(d.text) > maxSeparators {
		return errTooMany
	}
	d.dropVersion()
	dec := yaml.NewDecoder(bytes.NewReader(d.text))
	dec.SetStrict(true)
	err := dec.Decode(&d.value)
	var duplicates *yaml.TypeError
	if errors.As(err, &duplicates) && d.overrides() {
		d.value = nil
		dec = yaml.NewDecoder(bytes.NewReader(d.text))
		err = dec.Decode(&d.value)
	}
	switch {
	case errors.As(err, &duplicates):
		d.duplicates = duplicates
	case err == io.EOF:
		return nil
	case err != nil:
		return err
	}
	if err := atEnd(dec); err != nil {
		return err
	}
	if isDeeper(d.value, fieldpath.MaxDepth) {
		return fieldpath.ErrTooDeep
	}
	if hasWideNumber(d.value) {
		return errors.Join(d.lossy(d.rootNode())...)
	}
	return nil
}

// maxSeparators bounds the values of a document, and so the memory that the
// library takes. It is four times what a document of the largest size has.
const maxSeparators = 300_000

var errTooMany = errors.New("the document has too many values")

// separators counts what comes between values. There are at most two values for
// each of these.
func separators(text []byte) int {
	n := 0
	for _, separator := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029", ",", "[", "{", "- ", "-\t", "? ", "?\t"} {
		n += bytes.Count(text, []byte(separator))
	}
	return n
}

// atEnd fails unless the document ends for the library where the splitter says
// so: a carriage return alone is a line break to the library, and it does not
// look at text after the end of a document until asked.
func atEnd(dec *yaml.Decoder) error {
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

// dropVersion makes a comment of the directive before a document that says which
// YAML 1 it is, since the library knows only 1.1. All text is read as YAML 1.1,
// as kubectl and Flux read it in the end.
func (d *Document) dropVersion() {
	for line := range bytes.Lines(d.text) {
		switch {
		case bytes.HasPrefix(line, []byte("%YAML 1.")):
			line[0] = '#'
		case says(line) && line[0] != '%':
			return
		}
	}
}

// isDeeper reports whether a value holds more levels of mappings and lists.
func isDeeper(v any, levels int) bool {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if levels == 0 || isDeeper(item, levels-1) {
				return true
			}
		}
		return levels == 0
	case map[any]any:
		for _, item := range v {
			if levels == 0 || isDeeper(item, levels-1) {
				return true
			}
		}
		return levels == 0
	}
	return false
}

// hasWideNumber reports whether a value holds a number that the library may
// have rounded, or that does not fit int64.
func hasWideNumber(v any) bool {
	switch v := v.(type) {
	case float64, uint64:
		return true
	case []any:
		for _, item := range v {
			if hasWideNumber(item) {
				return true
			}
		}
	case map[any]any:
		for _, item := range v {
			if hasWideNumber(item) {
				return true
			}
		}
	}
	return false
}

// lossy returns an error for each number below a node that does not keep its
// value, but no more than are reported.
func (d *Document) lossy(n *yaml3.Node) []error {
	switch n.Kind {
	case yaml3.ScalarNode:
		if err := losslessNode(n); err != nil {
			return []error{err}
		}
		return nil
	case yaml3.AliasNode:
		return nil // the anchor is looked at where it is
	}
	var errs []error
	for step, item := range children(n) {
		for _, err := range d.lossy(item) {
			errs = append(errs, fieldpath.At(step, err))
		}
		if len(errs) > maxProblems {
			break
		}
	}
	return errs
}

// losslessNode returns an error for a scalar that is a number to the library
// that decodes, and another number than its text.
func losslessNode(n *yaml3.Node) error {
	const quotes = yaml3.DoubleQuotedStyle | yaml3.SingleQuotedStyle | yaml3.LiteralStyle | yaml3.FoldedStyle
	if n.Style&yaml3.TaggedStyle == 0 && n.Style&quotes != 0 {
		return nil
	}
	if n.Value == "" || bytes.IndexByte([]byte("+-.0123456789"), n.Value[0]) < 0 {
		return nil
	}
	text := strings.ReplaceAll(n.Value, "_", "")
	if _, err := strconv.ParseInt(text, 0, 64); err == nil {
		return nil
	}
	if _, err := strconv.ParseUint(text, 0, 64); err == nil {
		return scalar.ErrInteger
	}
	if !decimalNumber.MatchString(text) {
		return nil
	}
	return scalar.Lossless(text)
}

// decimalNumber matches what the library takes for a number in base ten.
var decimalNumber = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
