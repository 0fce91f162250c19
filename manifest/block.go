package manifest

import (
	"bytes"
	"fmt"
	"slices"
)

// A block renders tapes as block YAML, laid out as sigs.k8s.io/yaml does it:
// two spaces a level, the items of a sequence level with its key.
type block struct {
	out  []byte
	keys []int // the keys of the mappings being rendered, each mapping's sorted
	tape *tape
	lib  library
}

// document appends the object on the tape.
func (b *block) document(t *tape) error {
	b.tape, b.keys = t, b.keys[:0]
	if t.nodes[0].size == 0 {
		b.out = append(b.out, "{}\n"...)
		return nil
	}
	return b.mapping(0, 0)
}

// mapping appends the mapping at node m. The cursor stands at the column
// indent already, where its first key goes.
func (b *block) mapping(m, indent int) error {
	nodes := b.tape.nodes
	if nodes[m].kind == structure {
		return b.structure(m, indent)
	}
	first := len(b.keys)
	for i := m + 1; i < int(nodes[m].next); i = int(nodes[i+1].next) {
		b.keys = append(b.keys, i)
	}
	keys := b.keys[first:]
	slices.SortFunc(keys, func(i, j int) int { return compareKeys(nodes[i].text, nodes[j].text) })
	for i, key := range keys {
		if i > 0 {
			if nodes[keys[i-1]].text == nodes[key].text {
				return fmt.Errorf("key %q is there twice", nodes[key].text)
			}
			b.indent(indent)
		}
		if err := b.entry(key, indent); err != nil {
			return at(nodes[key].text, err)
		}
	}
	b.keys = b.keys[:first]
	return nil
}

// structure appends a mapping whose keys are in order and differ.
func (b *block) structure(m, indent int) error {
	nodes := b.tape.nodes
	for i := m + 1; i < int(nodes[m].next); i = int(nodes[i+1].next) {
		if i > m+1 {
			b.indent(indent)
		}
		if err := b.entry(i, indent); err != nil {
			return at(nodes[i].text, err)
		}
	}
	return nil
}

// entry appends a key and its value. The cursor stands where the key goes.
func (b *block) entry(key, indent int) error {
	k, v := &b.tape.nodes[key], &b.tape.nodes[key+1]
	if !k.plain && !plainKey(k.text) {
		return b.oddEntry(key, indent)
	}
	start := len(b.out)
	b.out = append(b.out, k.text...)
	b.out = append(b.out, ':')
	switch {
	case v.size > 0 && v.kind == sequence:
		b.out = append(b.out, '\n')
		b.indent(indent)
		return b.sequence(key+1, indent)
	case v.size > 0:
		b.out = append(b.out, '\n')
		b.indent(indent + 2)
		return b.mapping(key+1, indent+2)
	}
	b.out = append(b.out, ' ')
	if b.short(v, indent, indent+len(k.text)+2) {
		return nil
	}
	b.out = b.out[:start]
	return b.byLibrary(indent, k, v)
}

// sequence appends the sequence at node s. The cursor stands at the column
// indent already, where its first dash goes.
func (b *block) sequence(s, indent int) error {
	nodes := b.tape.nodes
	index := 0
	for i := s + 1; i < int(nodes[s].next); i = int(nodes[i].next) {
		if index > 0 {
			b.indent(indent)
		}
		if err := b.item(i, indent); err != nil {
			return at(fmt.Sprintf("[%d]", index), err)
		}
		index++
	}
	return nil
}

// item appends a dash and the item at node i.
func (b *block) item(i, indent int) error {
	v := &b.tape.nodes[i]
	start := len(b.out)
	b.out = append(b.out, "- "...)
	if v.size > 0 {
		return b.inline(i, indent+2)
	}
	if b.short(v, indent, indent+2) {
		return nil
	}
	b.out = b.out[:start]
	return b.byLibrary(indent, nil, v)
}

// inline appends the mapping or sequence at node i, which begins on the line
// the cursor is on.
func (b *block) inline(i, indent int) error {
	if b.tape.nodes[i].kind == sequence {
		return b.sequence(i, indent)
	}
	return b.mapping(i, indent)
}

// oddEntry appends an entry whose key the library has to write. A key that is
// too long to be followed by its colon is written as "? key", and its value
// then begins on the line of the colon.
func (b *block) oddEntry(key, indent int) error {
	k, v := &b.tape.nodes[key], &b.tape.nodes[key+1]
	if v.size == 0 {
		return b.byLibrary(indent, k, v)
	}
	start := len(b.out)
	if err := b.byLibrary(indent, k, &null); err != nil {
		return err
	}
	b.out = bytes.TrimSuffix(b.out, []byte(" null\n"))
	if bytes.HasPrefix(b.out[start:], []byte("? ")) {
		b.out = append(b.out, ' ')
		return b.inline(key+1, indent+2)
	}
	b.out = append(b.out, '\n')
	if v.kind != sequence {
		indent += 2
	}
	b.indent(indent)
	return b.inline(key+1, indent)
}

var null = node{kind: literal, text: "null"}

func (b *block) indent(n int) {
	const spaces = "                                                                "
	for ; n > len(spaces); n -= len(spaces) {
		b.out = append(b.out, spaces...)
	}
	b.out = append(b.out, spaces[:n]...)
}
