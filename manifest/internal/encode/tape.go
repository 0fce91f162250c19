package encode

// A tape is an object as encoding/json would write it, laid out flat: a node
// for each value, and before each value of a mapping a node for its key. The
// emitter needs no tree to sort keys or to skip a value.
type tape struct {
	nodes []node
}

// A node is one value or key of a tape.
type node struct {
	kind  nodeKind
	plain bool   // of a key, that it is known to need no quotes
	next  int32  // index of the node after this one and all it holds
	size  int32  // of a mapping or sequence, the number of values
	text  string // of a scalar
}

type nodeKind byte

const (
	mapping   nodeKind = iota
	structure          // a mapping whose keys are in order and differ
	sequence
	text
	number
	literal // true, false, null
)

// scalar appends a value that holds no others.
func (t *tape) scalar(k nodeKind, s string) {
	t.nodes = append(t.nodes, node{kind: k, text: s, next: int32(len(t.nodes)) + 1})
}

// null appends a null.
func (t *tape) null() { t.scalar(literal, "null") }

// isNull reports whether the node at an index is a null.
func (t *tape) isNull(i int) bool {
	return t.nodes[i].kind == literal && t.nodes[i].text == "null"
}

// open appends a mapping or sequence that is still empty, and returns its index.
func (t *tape) open(k nodeKind) int {
	t.nodes = append(t.nodes, node{kind: k})
	return len(t.nodes) - 1
}

// close ends the mapping or sequence that was opened as a node, with its number
// of values.
func (t *tape) close(opened, size int) {
	t.nodes[opened].next, t.nodes[opened].size = int32(len(t.nodes)), int32(size)
}
