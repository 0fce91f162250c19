package encode

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// An emitter writes tapes as block YAML, laid out as sigs.k8s.io/yaml does it:
// two spaces a level, the items of a sequence level with its key.
type emitter struct {
	out  []byte
	keys []int // the keys of the mappings being written, each mapping's sorted
	tape *tape
	lib  library
}

// document appends the object on the tape to dst.
func (e *emitter) document(dst []byte, t *tape) ([]byte, error) {
	e.out, e.keys, e.tape = dst, e.keys[:0], t
	defer func() { e.out = nil }()
	if t.nodes[0].size == 0 {
		return append(dst, "{}\n"...), nil
	}
	err := e.mapping(0, 0)
	return e.out, err
}

// mapping appends the mapping at node m. The cursor stands at the column
// indent already, where its first key goes.
func (e *emitter) mapping(m, indent int) error {
	nodes := e.tape.nodes
	if nodes[m].kind == structure {
		return e.structure(m, indent)
	}
	first := len(e.keys)
	for i := m + 1; i < int(nodes[m].next); i = int(nodes[i+1].next) {
		e.keys = append(e.keys, i)
	}
	keys := e.keys[first:]
	slices.SortFunc(keys, func(i, j int) int { return compareKeys(nodes[i].text, nodes[j].text) })
	for i, key := range keys {
		if i > 0 {
			if nodes[keys[i-1]].text == nodes[key].text {
				return fmt.Errorf("duplicate key %q", nodes[key].text)
			}
			e.indent(indent)
		}
		if err := e.entry(key, indent); err != nil {
			return fieldpath.At(nodes[key].text, err)
		}
	}
	e.keys = e.keys[:first]
	return nil
}

// structure appends a mapping whose keys are in order and differ.
func (e *emitter) structure(m, indent int) error {
	nodes := e.tape.nodes
	for i := m + 1; i < int(nodes[m].next); i = int(nodes[i+1].next) {
		if i > m+1 {
			e.indent(indent)
		}
		if err := e.entry(i, indent); err != nil {
			return fieldpath.At(nodes[i].text, err)
		}
	}
	return nil
}

// entry appends a key and its value. The cursor stands where the key goes.
func (e *emitter) entry(key, indent int) error {
	k, v := &e.tape.nodes[key], &e.tape.nodes[key+1]
	if !k.plain && !scalar.PlainKey(k.text) {
		return e.oddEntry(key, indent)
	}
	start := len(e.out)
	e.out = append(e.out, k.text...)
	e.out = append(e.out, ':')
	switch {
	case v.size > 0 && v.kind == sequence:
		e.out = append(e.out, '\n')
		e.indent(indent)
		return e.sequence(key+1, indent)
	case v.size > 0:
		e.out = append(e.out, '\n')
		e.indent(indent + 2)
		return e.mapping(key+1, indent+2)
	}
	e.out = append(e.out, ' ')
	if e.short(v, indent, indent+len(k.text)+2) {
		return nil
	}
	e.out = e.out[:start]
	return e.byLibrary(indent, k, v)
}

// sequence appends the sequence at node s. The cursor stands at the column
// indent already, where its first dash goes.
func (e *emitter) sequence(s, indent int) error {
	nodes := e.tape.nodes
	index := 0
	for i := s + 1; i < int(nodes[s].next); i = int(nodes[i].next) {
		if index > 0 {
			e.indent(indent)
		}
		if err := e.item(i, indent); err != nil {
			return fieldpath.At(fmt.Sprintf("[%d]", index), err)
		}
		index++
	}
	return nil
}

// item appends a dash and the item at node i.
func (e *emitter) item(i, indent int) error {
	v := &e.tape.nodes[i]
	start := len(e.out)
	e.out = append(e.out, "- "...)
	if v.size > 0 {
		return e.inline(i, indent+2)
	}
	if e.short(v, indent, indent+2) {
		return nil
	}
	e.out = e.out[:start]
	return e.byLibrary(indent, nil, v)
}

// inline appends the mapping or sequence at node i, which begins on the line
// the cursor is on.
func (e *emitter) inline(i, indent int) error {
	if e.tape.nodes[i].kind == sequence {
		return e.sequence(i, indent)
	}
	return e.mapping(i, indent)
}

// oddEntry appends an entry whose key the library has to write. A key that is
// too long to be followed by its colon is written as "? key", and its value
// then begins on the line of the colon.
func (e *emitter) oddEntry(key, indent int) error {
	k, v := &e.tape.nodes[key], &e.tape.nodes[key+1]
	if v.size == 0 {
		return e.byLibrary(indent, k, v)
	}
	start := len(e.out)
	if err := e.byLibrary(indent, k, &null); err != nil {
		return err
	}
	e.out = bytes.TrimSuffix(e.out, []byte(" null\n"))
	if bytes.HasPrefix(e.out[start:], []byte("? ")) {
		e.out = append(e.out, ' ')
		return e.inline(key+1, indent+2)
	}
	e.out = append(e.out, '\n')
	if v.kind != sequence {
		indent += 2
	}
	e.indent(indent)
	return e.inline(key+1, indent)
}

var null = node{kind: literal, text: "null"}

func (e *emitter) indent(n int) {
	const spaces = "                                                                "
	for ; n > len(spaces); n -= len(spaces) {
		e.out = append(e.out, spaces...)
	}
	e.out = append(e.out, spaces[:n]...)
}
