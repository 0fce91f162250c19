package decode

import (
	"iter"
	"strconv"
	"strings"

	yaml3 "go.yaml.in/yaml/v3"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

// rootNode returns the document parsed for its lines, which the library that
// decodes does not keep. Of text that has no lines it is a node without content.
func (d *Document) rootNode() *yaml3.Node {
	if d.root == nil {
		d.root = &yaml3.Node{}
		_ = yaml3.Unmarshal(d.text, d.root)
	}
	return d.root
}

// LineOf returns the line of the stream that the field at a path is on, of the
// nearest field around it that is there, or of the document.
func (d *Document) LineOf(path string) int {
	root := d.rootNode()
	if len(root.Content) == 0 {
		return d.Line
	}
	line := d.Line
	for n := root.Content[0]; n != nil && path != ""; {
		n, path = step(n, path, 0)
		if n != nil {
			line = d.lineOfNode(n)
		}
	}
	return line
}

func (d *Document) lineOfNode(n *yaml3.Node) int { return d.start + n.Line - 1 }

// step follows the first step of a path in the form "a.b[1].c". Keys may hold
// dots, so the longest one that fits is taken. The node returned is that of
// the key, for the line, and holds the value.
func step(n *yaml3.Node, path string, merges int) (*yaml3.Node, string) {
	for n.Kind == yaml3.AliasNode {
		n = n.Alias
	}
	path = strings.TrimPrefix(path, ".")
	if n.Kind == yaml3.SequenceNode {
		index, rest, ok := strings.Cut(strings.TrimPrefix(path, "["), "]")
		if i, err := strconv.Atoi(index); ok && err == nil && i < len(n.Content) {
			return n.Content[i], rest
		}
		return nil, ""
	}
	var value *yaml3.Node
	rest := ""
	longest := -1
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		after, ok := strings.CutPrefix(path, key.Value)
		if ok && len(key.Value) > longest && (after == "" || after[0] == '.' || after[0] == '[') {
			longest, rest = len(key.Value), after
			v := *n.Content[i+1]
			v.Line = key.Line
			value = &v
		}
	}
	if value == nil && merges < fieldpath.MaxDepth {
		return stepMerged(n, path, merges+1)
	}
	return value, rest
}

// stepMerged follows a step into the mappings that a mapping merges.
func stepMerged(n *yaml3.Node, path string, merges int) (*yaml3.Node, string) {
	for key, merged := range entries(n) {
		if key.Value != "<<" {
			continue
		}
		sources := []*yaml3.Node{merged}
		if merged.Kind == yaml3.SequenceNode {
			sources = merged.Content
		}
		for _, source := range sources {
			if value, rest := step(source, path, merges); value != nil {
				return value, rest
			}
		}
	}
	return nil, ""
}

// entries returns the keys and values of a mapping.
func entries(n *yaml3.Node) iter.Seq2[*yaml3.Node, *yaml3.Node] {
	return func(yield func(key, value *yaml3.Node) bool) {
		if n.Kind != yaml3.MappingNode {
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			if !yield(n.Content[i], n.Content[i+1]) {
				return
			}
		}
	}
}

// children returns the values that a node holds, each with its step of a path.
func children(n *yaml3.Node) iter.Seq2[string, *yaml3.Node] {
	return func(yield func(step string, value *yaml3.Node) bool) {
		for key, value := range entries(n) {
			if !yield(key.Value, value) {
				return
			}
		}
		if n.Kind == yaml3.MappingNode {
			return
		}
		for i, item := range n.Content {
			step := ""
			if n.Kind == yaml3.SequenceNode {
				step = "[" + strconv.Itoa(i) + "]"
			}
			if !yield(step, item) {
				return
			}
		}
	}
}

// lineWhere returns the line of the first node for which is returns true, or
// zero. It is given the nodes around each, outermost first, and whether the node
// is the key of a mapping. Nodes that are too deep by more than a level are not
// looked at.
func (d *Document) lineWhere(is func(n *yaml3.Node, around []*yaml3.Node, key bool) bool) int {
	var find func(n *yaml3.Node, around []*yaml3.Node, key bool) *yaml3.Node
	find = func(n *yaml3.Node, around []*yaml3.Node, key bool) *yaml3.Node {
		if is(n, around, key) {
			return n
		}
		if len(around) > fieldpath.MaxDepth {
			return nil
		}
		around = append(around, n)
		for i, item := range n.Content {
			if found := find(item, around, n.Kind == yaml3.MappingNode && i%2 == 0); found != nil {
				return found
			}
		}
		return nil
	}
	if found := find(d.rootNode(), nil, false); found != nil {
		return d.lineOfNode(found)
	}
	return 0
}
