package model

import (
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

// substituted returns a copy of a value with defaults in place of variables, of
// the type that YAML gives them. Fields whose variables have no default are left
// out: the rules see the object as if they were not set.
func substituted(value any) any {
	switch value := value.(type) {
	case string:
		match := substitution.FindStringSubmatch(value)
		if match == nil {
			return value
		}
		var scalar any
		if match[1] == "" || yaml.Unmarshal([]byte(match[1]), &scalar) != nil {
			return nil
		}
		return scalar
	case []any:
		items := make([]any, 0, len(value))
		for _, item := range value {
			if item := substituted(item); item != nil {
				items = append(items, item)
			}
		}
		return items
	case map[string]any:
		fields := make(map[string]any, len(value))
		for key, item := range value {
			if item := substituted(item); item != nil {
				fields[key] = item
			}
		}
		return fields
	}
	return value
}
