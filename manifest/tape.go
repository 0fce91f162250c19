package manifest

// A tape is an object as encoding/json would write it, laid out flat: a node
// for each value, and before each value of a mapping a node for its key. It is
// what the encoder renders, and what lets it sort keys without building a tree.
//
// Go values are recorded on it as they are (see record.go). Those that write
// their JSON themselves are asked for it, and the text is parsed (parse.go).
type tape struct {
	nodes []node
	keys  []string // of the maps being recorded, each map's sorted
	depth int      // of the values being recorded

	json string // being parsed
	pos  int
}

// A node is one value or key of a tape.
type node struct {
	kind  kind
	plain bool   // of a key, that it is known to be written as it is
	next  int32  // index of the node after this one and all it holds
	size  int32  // of a mapping or sequence, the number of values
	text  string // of a scalar
}

type kind byte

const (
	mapping   kind = iota
	structure      // a mapping whose keys are in order and differ
	sequence
	text
	number
	literal // true, false, null
)

// scalar appends a value that holds no others.
func (t *tape) scalar(k kind, s string) {
	t.nodes = append(t.nodes, node{kind: k, text: s, next: int32(len(t.nodes)) + 1})
}

// open appends a mapping or sequence that is still empty, and returns its index.
func (t *tape) open(k kind) int {
	t.nodes = append(t.nodes, node{kind: k})
	return len(t.nodes) - 1
}

// close ends the mapping or sequence that was opened as a node, with its number
// of values.
func (t *tape) close(opened, size int) {
	t.nodes[opened].next, t.nodes[opened].size = int32(len(t.nodes)), int32(size)
}
