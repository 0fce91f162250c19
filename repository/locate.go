package repository

import (
	"bytes"
	"path"
	"strings"

	yaml3 "go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// locate adds to each object that kustomize rendered the file and line where it is
// written.
func (l *loader) locate(dir string, found []rendered) []Object {
	objects := make([]Object, 0, len(found))
	for _, r := range found {
		object := Object{Object: r.object}
		switch {
		case r.origin.Repo != "":
		case r.origin.Path != "":
			file := path.Join(dir, r.origin.Path)
			object.File, object.Line = l.name(file), l.lineOf(file, r.object)
		case r.origin.ConfiguredIn != "":
			file := path.Join(dir, r.origin.ConfiguredIn)
			object.File, object.Line = l.name(file), l.generatorLine(file, r.object)
		}
		objects = append(objects, object)
	}
	return objects
}

// A place is where an object is written.
type place struct {
	kind, namespace, name string
	line                  int
}

// placesOf returns the objects of a file that kustomize has read.
func (l *loader) placesOf(file string) []place {
	if known, ok := l.places[file]; ok {
		return known
	}
	l.places[file] = nil
	text, err := l.tree.read(file)
	if err != nil {
		return nil
	}
	objects, _ := decode(l, text, file)
	for _, o := range objects {
		l.places[file] = append(l.places[file], place{o.Object.GetKind(), o.Object.GetNamespace(), o.Object.GetName(), o.Line})
	}
	return l.places[file]
}

// lineOf returns the line of the object in a file that is most like a rendered one:
// kustomize may have changed its name and namespace.
func (l *loader) lineOf(file string, object *unstructured.Unstructured) int {
	best, line := -1, 0
	places := l.placesOf(file)
	for _, p := range places {
		score := 0
		switch name := object.GetName(); {
		case p.name == name:
			score += 1000
		case p.name != "" && strings.Contains(name, p.name):
			score += len(p.name)
		case len(places) > 1:
			continue
		}
		if p.kind == object.GetKind() {
			score += 4000
		}
		if p.namespace == object.GetNamespace() {
			score += 2000
		}
		if score > best {
			best, line = score, p.line
		}
	}
	return line
}

// generatorLine returns the line of the generator that made an object, in its
// kustomization.yaml, or 1 if the line is not known.
func (l *loader) generatorLine(file string, object *unstructured.Unstructured) int {
	text, err := l.tree.read(file)
	if err != nil {
		return 0
	}
	field := strings.ToLower(object.GetKind()[:1]) + object.GetKind()[1:] + "Generator"
	line := 1
	longest := 0
	var root yaml3.Node
	if yaml3.NewDecoder(bytes.NewReader(text)).Decode(&root) != nil || len(root.Content) == 0 {
		return line
	}
	for _, item := range valueOf(root.Content[0], field).Content {
		name := valueOf(item, "name")
		if strings.Contains(object.GetName(), name.Value) && len(name.Value) > longest {
			longest, line = len(name.Value), item.Line
		}
	}
	return line
}

// valueOf returns the value of a key in a mapping, or an empty node.
func valueOf(node *yaml3.Node, key string) *yaml3.Node {
	if node.Kind == yaml3.MappingNode {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == key {
				return node.Content[i+1]
			}
		}
	}
	return &yaml3.Node{}
}
