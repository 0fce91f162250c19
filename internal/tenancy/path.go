package tenancy

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A path names the fields of an object that a condition reads. Segments are separated
// by dots; "dependsOn[]" ranges over a list, at most once in a path, and
// "labels{a/b}" is the entry of a map.
type path string

// A value is an object's value at a path.
type value struct {
	path  path
	index int // in the path's list, if it has one
	is    any
}

// segment is a part of a path.
type segment struct {
	name, key string
	list      bool
}

// cut splits off the first segment.
func (p path) cut() (first segment, rest path) {
	text := string(p)
	end := strings.IndexAny(text, ".[{")
	if end < 0 {
		return segment{name: text}, ""
	}
	first.name, text = text[:end], text[end:]
	if after, ok := strings.CutPrefix(text, "[]"); ok {
		first.list, text = true, after
	}
	if after, ok := strings.CutPrefix(text, "{"); ok {
		first.key, text, _ = strings.Cut(after, "}")
	}
	return first, path(strings.TrimPrefix(text, "."))
}

// cutList splits the path at its list, if it has one.
func (p path) cutList() (list, within path, ok bool) {
	before, after, ok := strings.Cut(string(p), "[]")
	return path(before), path(strings.TrimPrefix(after, ".")), ok
}

// values returns the object's values at the path: none if a part of it is missing or
// null.
func (p path) values(object map[string]any) []value {
	return p.collect(nil, value{path: p}, object)
}

// collect appends the values below at, whose field is object, for the rest p of the path.
func (p path) collect(found []value, at value, object map[string]any) []value {
	first, rest := p.cut()
	is := object[first.name]
	switch {
	case first.list:
		items, _ := is.([]any)
		for i, item := range items {
			at.index = i
			found = rest.follow(found, at, item)
		}
		return found
	case first.key != "":
		entries, _ := is.(map[string]any)
		is = entries[first.key]
	}
	return rest.follow(found, at, is)
}

// follow follows the rest p of the path from a value.
func (p path) follow(found []value, at value, is any) []value {
	object, ok := is.(map[string]any)
	switch {
	case is == nil:
		return found
	case p == "":
		at.is = is
		return append(found, at)
	case ok:
		return p.collect(found, at, object)
	}
	return found
}

// at is the path of the value in errors.
func (v value) at() *field.Path { return v.path.fieldAt(&v.index) }

// under is the segment's path in an error.
func (s segment) under(parent *field.Path) *field.Path {
	at := field.NewPath(s.name)
	if parent != nil {
		at = parent.Child(s.name)
	}
	if s.key != "" {
		at = at.Key(s.key)
	}
	return at
}

// field is the path in errors, for a missing value.
func (p path) field() *field.Path { return p.fieldAt(nil) }

// fieldAt is the path in errors, with an index of its list unless that is nil.
func (p path) fieldAt(index *int) *field.Path {
	var at *field.Path
	for rest := p; rest != ""; {
		var first segment
		first, rest = rest.cut()
		at = first.under(at)
		if first.list && index != nil {
			at = at.Index(*index)
		}
	}
	return at
}

// optional is the path as an optional of CEL.
func (p path) optional() string {
	b := strings.Builder{}
	b.WriteString("object")
	for rest := p; rest != ""; {
		var first segment
		first, rest = rest.cut()
		b.WriteString(".?" + first.name)
		if first.key != "" {
			b.WriteString("[?'" + first.key + "']")
		}
	}
	return b.String()
}
