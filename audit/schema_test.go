package audit_test

import (
	"fmt"
	"math"
	"net/url"
	"reflect"
	"regexp"
	"strings"
)

// A schema checks a value by the JSON Schema keywords that SARIF's schema uses.
type schema struct{ root map[string]any }

// check returns the faults of a value, by the path of each field.
func (s schema) check(path string, rule map[string]any, value any) (faults []string) {
	for keyword, arg := range rule {
		switch keyword {
		case "$schema", "$id", "title", "definitions", "$comment":
		case "$ref", "anyOf", "oneOf":
			faults = append(faults, s.checkRef(path, keyword, arg, value)...)
		case "properties", "required", "additionalProperties":
			faults = append(faults, s.checkObject(path, keyword, arg, rule, value)...)
		case "items", "minItems", "uniqueItems":
			faults = append(faults, s.checkArray(path, keyword, arg, value)...)
		default:
			if fault := checkScalar(keyword, arg, value); fault != "" {
				faults = append(faults, path+": "+fault)
			}
		}
	}
	return faults
}

func (s schema) checkRef(path, keyword string, arg, value any) []string {
	if keyword == "$ref" {
		name := strings.TrimPrefix(arg.(string), "#/definitions/")
		target, ok := s.root["definitions"].(map[string]any)[name].(map[string]any)
		if !ok {
			return []string{path + ": no definition " + name}
		}
		return s.check(path, target, value)
	}
	matches := 0
	for _, option := range arg.([]any) {
		if len(s.check(path, option.(map[string]any), value)) == 0 {
			matches++
		}
	}
	if matches == 0 || keyword == "oneOf" && matches > 1 {
		return []string{fmt.Sprintf("%s: matches %d of %s", path, matches, keyword)}
	}
	return nil
}

func (s schema) checkObject(path, keyword string, arg any, rule map[string]any, value any) (faults []string) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	switch keyword {
	case "properties":
		for name, property := range arg.(map[string]any) {
			if v, ok := object[name]; ok {
				faults = append(faults, s.check(path+"."+name, property.(map[string]any), v)...)
			}
		}
	case "required":
		for _, name := range arg.([]any) {
			if _, ok := object[name.(string)]; !ok {
				faults = append(faults, fmt.Sprintf("%s: lacks %s", path, name))
			}
		}
	case "additionalProperties":
		properties, _ := rule["properties"].(map[string]any)
		for name, v := range object {
			if _, known := properties[name]; known {
				continue
			}
			if other, ok := arg.(map[string]any); ok {
				faults = append(faults, s.check(path+"."+name, other, v)...)
			} else if arg == false {
				faults = append(faults, path+": has an unknown "+name)
			}
		}
	}
	return faults
}

func (s schema) checkArray(path, keyword string, arg, value any) (faults []string) {
	array, ok := value.([]any)
	if !ok {
		return nil
	}
	switch keyword {
	case "items":
		for i, v := range array {
			faults = append(faults, s.check(fmt.Sprintf("%s[%d]", path, i), arg.(map[string]any), v)...)
		}
	case "minItems":
		if float64(len(array)) < arg.(float64) {
			faults = append(faults, fmt.Sprintf("%s: has %d items", path, len(array)))
		}
	case "uniqueItems":
		for i := range array {
			for j := range i {
				if reflect.DeepEqual(array[i], array[j]) {
					faults = append(faults, fmt.Sprintf("%s: items %d and %d are equal", path, j, i))
				}
			}
		}
	}
	return faults
}

// checkScalar returns the faults of a value that has no parts.
func checkScalar(keyword string, arg, value any) string {
	text, isText := value.(string)
	number, isNumber := value.(float64)
	var wrong bool
	switch keyword {
	case "type":
		wrong = !isType(arg.(string), value)
	case "enum":
		wrong = true
		for _, option := range arg.([]any) {
			wrong = wrong && !reflect.DeepEqual(option, value)
		}
	case "pattern":
		wrong = isText && !regexp.MustCompile(arg.(string)).MatchString(text)
	case "format":
		_, err := url.Parse(text)
		wrong = isText && strings.HasPrefix(arg.(string), "uri") && err != nil
	case "minimum":
		wrong = isNumber && number < arg.(float64)
	case "maximum":
		wrong = isNumber && number > arg.(float64)
	default:
		return "the test does not know the keyword " + keyword
	}
	if wrong {
		return fmt.Sprintf("%v is not of %s %v", value, keyword, arg)
	}
	return ""
}

func isType(name string, value any) bool {
	switch v := value.(type) {
	case string:
		return name == "string"
	case bool:
		return name == "boolean"
	case float64:
		return name == "number" || name == "integer" && v == math.Trunc(v)
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return name == "null"
}
