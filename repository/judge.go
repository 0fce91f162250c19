package repository

import (
	"bytes"
	"errors"
	"io"

	yaml3 "go.yaml.in/yaml/v3"
)

// Kinds of a file that cannot be decoded.
const (
	notManifest = "is not a manifest"
	template    = "is a template"
	broken      = "is not YAML"
)

// judge returns the kind of a file that could not be decoded, and reports whether Flux
// might still read an object from it. Such a file must not be ignored.
func judge(text []byte) (what string, isManifest bool) {
	if !mayHoldObject(text) {
		return notManifest, false
	}
	if len(text) > maxParsed || separators(text) > maxValues {
		return "", true
	}
	holds, err := holdsObject(text)
	switch {
	case err != nil && isTemplate(text):
		return template, false
	case err != nil:
		return broken, false
	case holds:
		return "", true
	}
	return notManifest, false
}

// mayHoldObject reports whether a text has the keys of an object in it.
func mayHoldObject(text []byte) bool {
	if bytes.Contains(text, []byte(`\u`)) || bytes.Contains(text, []byte(`\x`)) || bytes.Contains(text, []byte(`\U`)) {
		return true
	}
	return bytes.Contains(text, []byte("apiVersion")) && bytes.Contains(text, []byte("kind"))
}

func isTemplate(text []byte) bool {
	for _, mark := range []string{"{{", "{%", "<%"} {
		if bytes.Contains(text, []byte(mark)) {
			return true
		}
	}
	return false
}

// holdsObject reports whether a document has an apiVersion and a kind. It fails if
// the library that Flux uses cannot read the text.
func holdsObject(text []byte) (bool, error) {
	holds := false
	decoder := yaml3.NewDecoder(bytes.NewReader(text))
	for {
		var document yaml3.Node
		err := decoder.Decode(&document)
		if err == io.EOF {
			return holds, nil
		}
		if err != nil {
			return false, err
		}
		if hasComplexKey(&document) {
			return false, errors.New("a key is not a scalar")
		}
		for _, root := range document.Content {
			holds = holds || has(root, "apiVersion") && has(root, "kind")
		}
	}
}

// has reports whether a mapping has a key, directly or by a merge.
func has(node *yaml3.Node, key string) bool {
	if node.Kind != yaml3.MappingNode {
		return false
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if k := node.Content[i]; k.Value == key || k.Kind == yaml3.AliasNode || k.Value == "<<" {
			return true
		}
	}
	return false
}

// hasComplexKey reports whether a key is a mapping or a list, which JSON cannot
// hold: most often that of {{ a template }}.
func hasComplexKey(node *yaml3.Node) bool {
	for i, child := range node.Content {
		if node.Kind == yaml3.MappingNode && i%2 == 0 && child.Kind != yaml3.ScalarNode && child.Kind != yaml3.AliasNode {
			return true
		}
		if hasComplexKey(child) {
			return true
		}
	}
	return false
}

// isChart reports whether a Chart.yaml describes a chart, and is not an object.
func (l *loader) isChart(file string) bool {
	text, err := l.tree.read(file)
	if err != nil || len(text) > 256<<10 {
		return false
	}
	v, err := vet(text)
	if err != nil || len(v.documents) != 1 {
		return false
	}
	fields, _ := v.documents[0].(map[any]any)
	return fields["kind"] == nil && fields["name"] != nil && fields["version"] != nil
}
