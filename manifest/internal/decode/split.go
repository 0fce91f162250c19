package decode

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A splitter cuts a YAML stream into documents, holding one at a time.
//
// YAML makes that easy: "---" and "..." at the start of a line, with nothing or a
// blank after them, mark documents everywhere. Block scalars are indented, and in
// quoted text such a line is an error.
type splitter struct {
	r    *bufio.Reader
	max  int    // bytes in a document
	line int    // lines read
	next []byte // the marker that ended the last document and begins the next
	buf  []byte
	err  error // why there is no next document
}

// A docText is the text of one YAML document.
type docText struct {
	text  []byte // good until the next document is read
	start int    // the line of the stream on which text begins
	line  int    // the first line that holds more than comments and markers
}

func newSplitter(r io.Reader, max int) *splitter {
	s := &splitter{r: bufio.NewReaderSize(r, 64<<10), max: max}
	if head, _ := s.r.Peek(3); bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		s.line, s.err = 1, errors.New("the text is UTF-16: save it as UTF-8")
	}
	return s
}

// document returns the next document that is not empty, or io.EOF.
func (s *splitter) document() (docText, error) {
	for {
		doc, err := s.any()
		if err != nil || doc.line > 0 {
			return doc, err
		}
	}
}

// any returns the next document, empty or not.
func (s *splitter) any() (docText, error) {
	if s.err != nil && s.next == nil {
		return docText{start: s.line, line: s.line}, s.err
	}
	s.buf = s.buf[:0]
	doc := docText{start: s.line + 1}
	marked := false
	if s.next != nil {
		s.buf, doc.start, marked = append(s.buf, s.next...), s.line, true
		if says(s.next[len("---"):]) {
			doc.line = s.line
		}
		s.next = nil
	}
	for s.err == nil {
		begin := len(s.buf)
		s.readLine()
		line := s.buf[begin:]
		if after, ok := bytes.CutPrefix(line, []byte("\ufeff")); ok && (doc.line == 0 || isMarker(after, "---")) {
			s.buf = append(s.buf[:begin], after...) // a byte order mark, from files put together
			line = s.buf[begin:]
		}
		switch {
		case len(line) == 0:
		case isMarker(line, "---"):
			if marked || doc.line > 0 {
				s.next = bytes.Clone(line)
				doc.text = s.buf[:begin]
				return doc, nil
			}
			marked = true
			if says(line[len("---"):]) {
				doc.line = s.line
			}
		case isMarker(line, "..."):
			doc.text = s.buf
			return doc, nil
		case doc.line == 0 && says(line) && (line[0] != '%' || marked):
			doc.line = s.line
		}
	}
	if s.err != io.EOF {
		if _, ok := errors.AsType[tooLongError](s.err); !ok || doc.line == 0 {
			doc.line = s.line
		}
		return doc, s.err
	}
	doc.text = s.buf
	return doc, nil
}

// readLine appends the next line to the buffer, whose line break may be
// missing at the end of the stream.
func (s *splitter) readLine() {
	s.line++
	for {
		part, err := s.r.ReadSlice('\n')
		switch {
		case bytes.IndexByte(part, 0) >= 0:
			s.err = errors.New("a NUL byte: this is not text")
		case len(s.buf)+len(part) > s.max:
			s.err = tooLongError(s.max)
		case err == nil:
			s.buf = append(s.buf, part...)
		case err == bufio.ErrBufferFull:
			s.buf = append(s.buf, part...)
			continue
		default:
			s.buf = append(s.buf, part...)
			s.err = err
		}
		return
	}
}

// A tooLongError is the limit that a document exceeds, in bytes.
type tooLongError int

func (limit tooLongError) Error() string {
	return fmt.Sprintf("the document is longer than %d bytes", int(limit))
}

func isMarker(line []byte, marker string) bool {
	if !bytes.HasPrefix(line, []byte(marker)) {
		return false
	}
	rest := line[len(marker):]
	return len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0
}

// says reports whether a line holds more than blanks and a comment.
func says(line []byte) bool {
	line = bytes.TrimLeft(line, " \t\r\n")
	return len(line) > 0 && line[0] != '#'
}
