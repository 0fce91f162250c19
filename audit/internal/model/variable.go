package model

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// substitution matches a text that is one variable of Flux's postBuild substitution,
// with its default, if it has one.
var substitution = regexp.MustCompile(`^\$\{\w+(?::?[-=]([^{}]*))?\}$`)

// hasVariable reports whether a value holds a variable.
func hasVariable(value any) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, "${")
	case []any:
		for _, item := range value {
			if hasVariable(item) {
				return true
			}
		}
	case map[string]any:
		for _, item := range value {
			if hasVariable(item) {
				return true
			}
		}
	}
	return false
}

// fitted returns a copy of a value that a Go type can hold. A text with a variable
// stays where a text is expected, such as the name of an account; in place of
// others, such as "${REPLICAS}", comes the default or, if there is none, nothing:
// the rules see the object as if the field were not set.
func fitted(value any, t reflect.Type) any {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch value := value.(type) {
	case string:
		return fittedText(value, t)
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			if item := fitted(item, elem(t)); item != nil {
				items = append(items, item)
			}
		}
		return items
	case map[string]any:
		fields := make(map[string]any, len(value))
		for key, item := range value {
			if item := fitted(item, fieldType(t, key)); item != nil {
				fields[key] = item
			}
		}
		return fields
	}
	return value
}

func fittedText(text string, t reflect.Type) any {
	if t == nil || !strings.Contains(text, "${") || fits(text, t) {
		return text
	}
	match := substitution.FindStringSubmatch(text)
	if match == nil || match[1] == "" {
		return nil
	}
	var scalar any
	if yaml.Unmarshal([]byte(match[1]), &scalar) != nil || !fits(scalar, t) {
		return nil
	}
	return scalar
}

// fits reports whether a type can be read from a value.
func fits(value any, t reflect.Type) bool {
	text, err := json.Marshal(value)
	return err == nil && json.Unmarshal(text, reflect.New(t).Interface()) == nil
}

// elem returns the type of the items of a list; nil if it is not known.
func elem(t reflect.Type) reflect.Type {
	if t == nil || t.Kind() != reflect.Slice {
		return nil
	}
	return t.Elem()
}

// fieldType returns the type of the value under a key; nil if it is not known.
func fieldType(t reflect.Type, key string) reflect.Type {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return nil
	case t.Kind() == reflect.Map:
		return t.Elem()
	case t.Kind() != reflect.Struct:
		return nil
	}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == key {
			return field.Type
		}
		if field.Anonymous && name == "" {
			if found := fieldType(field.Type, key); found != nil {
				return found
			}
		}
	}
	return nil
}
