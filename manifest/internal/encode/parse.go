package encode

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// A jsonParser appends the value of a JSON text to a tape. The text is known to
// be valid.
type jsonParser struct {
	json  string
	pos   int
	tape  *tape
	depth int // of the value being parsed
}

// peek returns the first byte of the next token.
func (p *jsonParser) peek() byte {
	for p.pos < len(p.json) {
		switch c := p.json[p.pos]; c {
		case ' ', '\t', '\r', '\n':
			p.pos++
		default:
			return c
		}
	}
	return 0
}

func (p *jsonParser) value() error {
	switch p.peek() {
	case '{':
		return p.nested((*jsonParser).mapping)
	case '[':
		return p.nested((*jsonParser).sequence)
	case '"':
		p.text()
		return nil
	}
	start := p.pos
	for p.pos < len(p.json) && !delimits[p.json[p.pos]] {
		p.pos++
	}
	kind := number
	switch p.json[start] {
	case 't', 'f', 'n':
		kind = literal
	}
	p.tape.scalar(kind, p.json[start:p.pos])
	return nil
}

// delimits marks the bytes that end a number, true, false or null.
var delimits = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

// nested parses a mapping or sequence, unless it is too deep.
func (p *jsonParser) nested(parse func(*jsonParser) error) error {
	if p.depth == fieldpath.MaxDepth {
		return fieldpath.ErrTooDeep
	}
	p.depth++
	err := parse(p)
	p.depth--
	return err
}

// mapping parses a mapping, less the status of an object.
func (p *jsonParser) mapping() error {
	self, size := p.tape.open(mapping), 0
	p.pos++ // {
	for p.peek() != '}' {
		key := len(p.tape.nodes)
		p.text()
		p.peek()
		p.pos++ // :
		if err := p.value(); err != nil {
			return err
		}
		if self == 0 && p.tape.nodes[key].text == status {
			p.tape.nodes = p.tape.nodes[:key]
		} else {
			size++
		}
		if p.peek() == ',' {
			p.pos++
		}
	}
	p.pos++ // }
	p.tape.close(self, size)
	return nil
}

func (p *jsonParser) sequence() error {
	self, size := p.tape.open(sequence), 0
	p.pos++ // [
	for p.peek() != ']' {
		if err := p.value(); err != nil {
			return err
		}
		size++
		if p.peek() == ',' {
			p.pos++
		}
	}
	p.pos++ // ]
	p.tape.close(self, size)
	return nil
}

// text reads a string.
func (p *jsonParser) text() {
	p.pos++ // "
	s := p.json[p.pos:]
	end := strings.IndexByte(s, '"')
	if escape := strings.IndexByte(s[:end], '\\'); escape >= 0 {
		p.tape.scalar(text, p.unescape(escape))
		return
	}
	p.pos += end + 1
	p.tape.scalar(text, s[:end])
}

// unescape decodes the string at the position, whose first escape is at an
// offset, and moves beyond it.
func (p *jsonParser) unescape(escape int) string {
	i := p.pos + escape
	decoded := append([]byte(nil), p.json[p.pos:i]...)
	for ; p.json[i] != '"'; i++ {
		c := p.json[i]
		if c == '\\' {
			i++
			switch c = p.json[i]; c {
			case 'u':
				r := hex(p.json[i+1:])
				i += 4
				if utf16.IsSurrogate(r) && p.json[i+1] == '\\' && p.json[i+2] == 'u' {
					if pair := utf16.DecodeRune(r, hex(p.json[i+3:])); pair != utf8.RuneError {
						r = pair
						i += 6
					}
				}
				decoded = utf8.AppendRune(decoded, r)
				continue
			case 'b':
				c = '\b'
			case 'f':
				c = '\f'
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
		}
		decoded = append(decoded, c)
	}
	p.pos = i + 1
	return string(decoded)
}

// hex returns the number that the first four bytes are the digits of.
func hex(s string) rune {
	n, _ := strconv.ParseUint(s[:4], 16, 32)
	return rune(n)
}
