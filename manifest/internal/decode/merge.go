package decode

import (
	"bytes"

	yaml3 "go.yaml.in/yaml/v3"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

const mergeTag = "!!merge"

// overrides reports whether every duplicate key of the document is one that a mapping
// sets after it merges it, as in {<<: *base, replicas: 2}, or one of two mappings that
// it merges together. All readers agree on the value of these; with the merge after
// the key, YAML 1.1 says that the key wins, and kubectl's library that the merge does.
//
// It reports false for keys that are not plain text, which the library compares by
// their value.
func (d *Document) overrides() bool {
	if !bytes.Contains(d.text, []byte("<<")) {
		return false // nothing is merged, and the document may be large
	}
	root := d.rootNode()
	return len(root.Content) > 0 && overrides(root)
}

func overrides(n *yaml3.Node) bool {
	set := map[string]bool{}
	merged := false
	for key, value := range entries(n) {
		switch key = resolved(key); key.ShortTag() {
		case mergeTag:
			if merged || sets(value, set, 0) {
				return false
			}
			merged = true
		case "!!str":
			if set[key.Value] {
				return false
			}
			set[key.Value] = true
		default:
			return false
		}
	}
	for _, child := range n.Content { // an alias has none: its anchor is looked at where it is
		if !overrides(child) {
			return false
		}
	}
	return true
}

// sets reports whether what is merged sets one of the keys.
func sets(merged *yaml3.Node, keys map[string]bool, depth int) bool {
	merged = resolved(merged)
	if len(keys) == 0 {
		return false
	}
	if depth > fieldpath.MaxDepth {
		return true
	}
	if merged.Kind == yaml3.SequenceNode {
		for _, item := range merged.Content {
			if sets(item, keys, depth+1) {
				return true
			}
		}
	}
	for key, value := range entries(merged) {
		if key = resolved(key); keys[key.Value] || key.ShortTag() == mergeTag && sets(value, keys, depth+1) {
			return true
		}
	}
	return false
}
