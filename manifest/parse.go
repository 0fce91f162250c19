package manifest

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// parse appends the value that a JSON text stands for. The text comes from
// encoding/json, so it is known to be well formed.
func (t *tape) parse(json string) {
	t.json, t.pos = json, 0
	t.parseValue()
	t.json = ""
}

// parseDocument starts the tape with a JSON object, less its status.
func (t *tape) parseDocument(json string) error {
	t.parse(json)
	if t.nodes[0].kind != mapping {
		return errors.New("does not marshal to a JSON object")
	}
	return nil
}

// peek returns the first byte of the next token.
func (t *tape) peek() byte {
	for t.pos < len(t.json) {
		switch c := t.json[t.pos]; c {
		case ' ', '\t', '\r', '\n':
			t.pos++
		default:
			return c
		}
	}
	return 0
}

func (t *tape) parseValue() {
	switch t.peek() {
	case '{':
		t.parseMapping()
		return
	case '[':
		t.parseSequence()
		return
	case '"':
		t.parseText()
		return
	}
	start := t.pos
	for t.pos < len(t.json) && !delimits[t.json[t.pos]] {
		t.pos++
	}
	kind := number
	switch t.json[start] {
	case 't', 'f', 'n':
		kind = literal
	}
	t.scalar(kind, t.json[start:t.pos])
}

// delimits marks the bytes that end a number, true, false or null.
var delimits = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

func (t *tape) parseMapping() {
	self, size := t.open(mapping), 0
	t.pos++ // {
	for t.peek() != '}' {
		key := len(t.nodes)
		t.parseText()
		t.peek()
		t.pos++ // :
		t.parseValue()
		if self == 0 && t.nodes[key].text == status {
			t.nodes = t.nodes[:key]
		} else {
			size++
		}
		if t.peek() == ',' {
			t.pos++
		}
	}
	t.pos++ // }
	t.close(self, size)
}

func (t *tape) parseSequence() {
	self, size := t.open(sequence), 0
	t.pos++ // [
	for t.peek() != ']' {
		t.parseValue()
		size++
		if t.peek() == ',' {
			t.pos++
		}
	}
	t.pos++ // ]
	t.close(self, size)
}

// parseText reads a string.
func (t *tape) parseText() {
	t.pos++ // "
	s := t.json[t.pos:]
	end := strings.IndexByte(s, '"')
	if escape := strings.IndexByte(s[:end], '\\'); escape >= 0 {
		t.scalar(text, t.unescape(escape))
		return
	}
	t.pos += end + 1
	t.scalar(text, s[:end])
}

// unescape decodes the string at the position, whose first escape is so many
// bytes on, and moves beyond it.
func (t *tape) unescape(escape int) string {
	i := t.pos + escape
	decoded := append([]byte(nil), t.json[t.pos:i]...)
	for ; t.json[i] != '"'; i++ {
		c := t.json[i]
		if c == '\\' {
			i++
			switch c = t.json[i]; c {
			case 'u':
				r := hex(t.json[i+1:])
				i += 4
				if utf16.IsSurrogate(r) && t.json[i+1] == '\\' && t.json[i+2] == 'u' {
					if pair := utf16.DecodeRune(r, hex(t.json[i+3:])); pair != utf8.RuneError {
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
	t.pos = i + 1
	return string(decoded)
}

// hex returns the number that the first four bytes are the digits of.
func hex(s string) rune {
	n, _ := strconv.ParseUint(s[:4], 16, 32)
	return rune(n)
}
