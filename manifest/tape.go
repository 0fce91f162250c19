package manifest

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A tape is a JSON document laid out flat, in the order of its text: a node
// for each value, and before each value of a mapping a node for its key. It is
// what lets the encoder sort keys without building a tree.
//
// The JSON comes from encoding/json, so it is known to be well formed.
type tape struct {
	owner  reflect.Type // of the object that was marshalled
	json   []byte
	pos    int
	nodes  []node
	path   []int                                    // nodes on the way from the root: keys, and sequences for their elements
	fields map[reflect.Type]map[string]reflect.Type // of structs in whose JSON a null was found
}

// A node is one value or key of a tape.
type node struct {
	kind kind
	text []byte // of a scalar, strings decoded
	next int    // index of the node after this one and all it holds
	size int    // of a mapping or sequence, the number of values
}

type kind byte

const (
	mapping kind = iota
	sequence
	text
	number
	literal // true, false, null
)

// parse reads a JSON object onto the tape, less what a manifest does not hold:
// the top-level status and the nulls that say nothing (see droppable).
func (t *tape) parse(json []byte) error {
	t.json, t.pos, t.nodes, t.path = json, 0, t.nodes[:0], t.path[:0]
	if t.peek() != '{' {
		return errors.New("does not marshal to a JSON object")
	}
	t.value()
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

func (t *tape) value() {
	switch t.peek() {
	case '{':
		t.mapping()
		return
	case '[':
		t.sequence()
		return
	case '"':
		t.text()
		return
	}
	start := t.pos
	for t.pos < len(t.json) && !delimits[t.json[t.pos]] {
		t.pos++
	}
	n := node{kind: number, text: t.json[start:t.pos], next: len(t.nodes) + 1}
	switch c := t.json[start]; c {
	case 't', 'f', 'n':
		n.kind = literal
	}
	t.nodes = append(t.nodes, n)
}

// delimits marks the bytes that end a number, true, false or null.
var delimits = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

func (t *tape) mapping() {
	self := len(t.nodes)
	t.nodes = append(t.nodes, node{kind: mapping})
	size := 0
	t.pos++ // {
	for t.peek() != '}' {
		key := len(t.nodes)
		t.text()
		t.peek()
		t.pos++ // :
		t.path = append(t.path, key)
		t.value()
		if t.droppable(key) {
			t.nodes = t.nodes[:key]
		} else {
			size++
		}
		t.path = t.path[:len(t.path)-1]
		if t.peek() == ',' {
			t.pos++
		}
	}
	t.pos++ // }
	t.nodes[self].next, t.nodes[self].size = len(t.nodes), size
}

func (t *tape) sequence() {
	self := len(t.nodes)
	t.nodes = append(t.nodes, node{kind: sequence})
	size := 0
	t.path = append(t.path, self)
	t.pos++ // [
	for t.peek() != ']' {
		t.value()
		size++
		if t.peek() == ',' {
			t.pos++
		}
	}
	t.pos++ // ]
	t.path = t.path[:len(t.path)-1]
	t.nodes[self].next, t.nodes[self].size = len(t.nodes), size
}

// text reads a string. Escapes are decoded in place, as that makes them shorter.
func (t *tape) text() {
	t.pos++ // "
	start := t.pos
	end := start + bytes.IndexByte(t.json[start:], '"')
	t.pos = end + 1
	if escape := bytes.IndexByte(t.json[start:end], '\\'); escape >= 0 {
		end = t.unescape(start + escape)
	}
	t.nodes = append(t.nodes, node{kind: text, text: t.json[start:end], next: len(t.nodes) + 1})
}

// unescape decodes a string from its first escape on, moves the position
// beyond the string, and returns where the decoded text ends.
func (t *tape) unescape(i int) (end int) {
	s := t.json
	end = i
	for ; s[i] != '"'; i++ {
		c := s[i]
		if c == '\\' {
			i++
			switch c = s[i]; c {
			case 'u':
				r := hex(s[i+1:])
				i += 4
				if utf16.IsSurrogate(r) && s[i+1] == '\\' && s[i+2] == 'u' {
					if pair := utf16.DecodeRune(r, hex(s[i+3:])); pair != utf8.RuneError {
						r = pair
						i += 6
					}
				}
				end = len(utf8.AppendRune(s[:end], r))
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
		s[end] = c
		end++
	}
	t.pos = i + 1
	return end
}

// hex returns the number that the first four bytes are the digits of.
func hex(s []byte) rune {
	n, _ := strconv.ParseUint(string(s[:4]), 16, 32)
	return rune(n)
}
