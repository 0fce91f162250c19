package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// A tape is a JSON document laid out flat, in the order of its text: a node
// for each value, and before each value of a mapping a node for its key. It is
// what lets the encoder sort keys without building a tree.
//
// The JSON comes from encoding/json, so it is known to be well formed.
type tape struct {
	owner reflect.Type // of the object that was marshalled
	json  []byte
	pos   int
	nodes []node
	path  []int // nodes on the way from the root: keys, and sequences for their elements
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
	return t.value()
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

func (t *tape) value() error {
	switch t.peek() {
	case '{':
		return t.mapping()
	case '[':
		return t.sequence()
	case '"':
		return t.text()
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
	return nil
}

// delimits marks the bytes that end a number, true, false or null.
var delimits = [256]bool{',': true, ']': true, '}': true, ' ': true, '\t': true, '\r': true, '\n': true}

func (t *tape) mapping() error {
	self := len(t.nodes)
	t.nodes = append(t.nodes, node{kind: mapping})
	size := 0
	t.pos++ // {
	for t.peek() != '}' {
		key := len(t.nodes)
		if err := t.text(); err != nil {
			return err
		}
		t.peek()
		t.pos++ // :
		t.path = append(t.path, key)
		if err := t.value(); err != nil {
			return err
		}
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
	return nil
}

func (t *tape) sequence() error {
	self := len(t.nodes)
	t.nodes = append(t.nodes, node{kind: sequence})
	size := 0
	t.path = append(t.path, self)
	t.pos++ // [
	for t.peek() != ']' {
		if err := t.value(); err != nil {
			return err
		}
		size++
		if t.peek() == ',' {
			t.pos++
		}
	}
	t.pos++ // ]
	t.path = t.path[:len(t.path)-1]
	t.nodes[self].next, t.nodes[self].size = len(t.nodes), size
	return nil
}

func (t *tape) text() error {
	start := t.pos + 1
	end := start + bytes.IndexByte(t.json[start:], '"')
	s := t.json[start:end]
	if bytes.IndexByte(s, '\\') >= 0 {
		for end = start; t.json[end] != '"'; end++ {
			if t.json[end] == '\\' {
				end++
			}
		}
		var decoded string
		if err := json.Unmarshal(t.json[start-1:end+1], &decoded); err != nil {
			return fmt.Errorf("string %s: %w", t.json[start-1:end+1], err)
		}
		s = []byte(decoded)
	}
	t.pos = end + 1
	t.nodes = append(t.nodes, node{kind: text, text: s, next: len(t.nodes) + 1})
	return nil
}
