package flux

import "strings"

// A shape is the known structure of a value in a template: its fields and methods,
// and, if one can range over it, its keys and elements.
type shape struct {
	what         string // in words, for errors
	fields       map[string]*shape
	key, element *shape
}

// messageData is the data of the template of a commit message.
//
// Upstream: source.TemplateData and update.Result of image-automation-controller.
var messageData = func() *shape {
	object := strct("an object", "APIVersion", "Kind", "Name", "Namespace")
	// The embedded types of the fields, and the methods.
	for _, name := range []string{"ResourceIdentifier", "TypeMeta", "NameMeta", "GetAPIVersion", "GetKind", "GetName", "GetNamespace"} {
		object.fields[name] = nil
	}
	changes := &shape{what: "a list of changes", element: strct("a change", "OldValue", "NewValue", "Setter")}
	objects := &shape{what: "a map of objects", key: object, element: changes}
	return &shape{fields: map[string]*shape{
		"AutomationObject": strct(".AutomationObject", "Namespace", "Name", "String"),
		"Changed": {what: ".Changed", fields: map[string]*shape{
			"FileChanges": {what: "a map of files", key: text, element: objects},
			"Objects":     objects,
			"Changes":     changes,
		}},
		"Values": {what: ".Values", key: text, element: text},
	}}
}()

var text = &shape{what: "a string"}

// strct is the shape of a struct whose fields are strings.
func strct(what string, fields ...string) *shape {
	s := &shape{what: what, fields: map[string]*shape{}}
	for _, name := range fields {
		s.fields[name] = text
	}
	return s
}

func (s *shape) keys() *shape {
	if s == nil {
		return nil
	}
	return s.key
}

func (s *shape) elements() *shape {
	if s == nil {
		return nil
	}
	return s.element
}

// field returns the field of a struct, or the element of a map whose keys are
// strings.
func (s *shape) field(name string) (*shape, bool) {
	if s.key == text {
		return s.element, true
	}
	field, ok := s.fields[name]
	return field, ok
}

// lacks is the message for a field that does not exist.
func (s *shape) lacks(name string) string {
	switch {
	case s == messageData && name == "Updated":
		return ".Updated is gone: use .Changed"
	case s == messageData.fields["Changed"] && name == "ImageResult":
		return ".Changed.ImageResult is gone: use .Changed.FileChanges or .Changed.Objects"
	case len(s.fields) == 0:
		return s.what + " has no ." + name
	}
	return strings.TrimSpace(s.what + " has no ." + name + ", only ." + strings.Join(sortedKeys(s.fields), ", ."))
}
