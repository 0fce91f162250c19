package audit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestSARIFSchema holds the output to the schema of SARIF 2.1.0 (as Microsoft's
// sarif-multitool carries it, less its descriptions).
func TestSARIFSchema(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	s := schema{}
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	report := audit.Check(append(readTree(t, "testdata/sets/recipe-2022"), audit.Input{File: "broken.yaml", Line: 3, Err: errors.New("does not parse")}))
	report.Findings[0].Suppressed = "a reason"
	for name, report := range map[string]*audit.Report{"none": {}, "recipe-2022": report} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := audit.WriteSARIF(&b, report); err != nil {
				t.Fatal(err)
			}
			var log any
			if err := json.Unmarshal(b.Bytes(), &log); err != nil {
				t.Fatal(err)
			}
			for _, fault := range s.check("$", s.root, log) {
				t.Error(fault)
			}
		})
	}

	var broken any
	if err := json.Unmarshal([]byte(`{"version": "2.1.0", "runs": [{"results": [{"level": "fatal"}]}]}`), &broken); err != nil {
		t.Fatal(err)
	}
	if faults := s.check("$", s.root, broken); len(faults) != 3 {
		t.Errorf("a log without tool and message, of an unknown level, has the faults %q", faults)
	}
}

// A schema checks a value by the JSON Schema keywords that SARIF's schema uses.
type schema struct{ root map[string]any }

func (s schema) check(path string, rule map[string]any, value any) (faults []string) {
	fault := func(format string, args ...any) { faults = append(faults, path+": "+fmt.Sprintf(format, args...)) }
	object, _ := value.(map[string]any)
	array, _ := value.([]any)
	text, isText := value.(string)
	number, isNumber := value.(float64)
	for keyword, arg := range rule {
		switch keyword {
		case "$schema", "$id", "title", "definitions", "properties", "$comment":
		case "$ref":
			name := strings.TrimPrefix(arg.(string), "#/definitions/")
			target, ok := s.root["definitions"].(map[string]any)[name].(map[string]any)
			if !ok {
				fault("no definition %s", name)
			}
			faults = append(faults, s.check(path, target, value)...)
		case "type":
			if !isType(arg.(string), value) {
				fault("is no %s", arg)
			}
		case "required":
			for _, name := range arg.([]any) {
				if _, ok := object[name.(string)]; object != nil && !ok {
					fault("lacks %s", name)
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
					fault("has an unknown %s", name)
				}
			}
		case "items":
			for i, v := range array {
				faults = append(faults, s.check(fmt.Sprintf("%s[%d]", path, i), arg.(map[string]any), v)...)
			}
		case "anyOf", "oneOf":
			matches := 0
			for _, option := range arg.([]any) {
				if len(s.check(path, option.(map[string]any), value)) == 0 {
					matches++
				}
			}
			if matches == 0 || keyword == "oneOf" && matches > 1 {
				fault("matches %d of %s", matches, keyword)
			}
		case "enum":
			found := false
			for _, option := range arg.([]any) {
				found = found || reflect.DeepEqual(option, value)
			}
			if !found {
				fault("%v is none of %v", value, arg)
			}
		case "pattern":
			if isText && !regexp.MustCompile(arg.(string)).MatchString(text) {
				fault("%q does not match %s", text, arg)
			}
		case "format":
			if _, err := url.Parse(text); isText && strings.HasPrefix(arg.(string), "uri") && err != nil {
				fault("%q is no %s", text, arg)
			}
		case "minimum":
			if isNumber && number < arg.(float64) {
				fault("%v is below %v", number, arg)
			}
		case "maximum":
			if isNumber && number > arg.(float64) {
				fault("%v is above %v", number, arg)
			}
		case "minItems":
			if array != nil && float64(len(array)) < arg.(float64) {
				fault("has %d items", len(array))
			}
		case "uniqueItems":
			for i := range array {
				for j := range i {
					if reflect.DeepEqual(array[i], array[j]) {
						fault("items %d and %d are equal", j, i)
					}
				}
			}
		default:
			fault("the test does not know the keyword %s", keyword)
		}
	}
	properties, _ := rule["properties"].(map[string]any)
	for name, property := range properties {
		if v, ok := object[name]; ok {
			faults = append(faults, s.check(path+"."+name, property.(map[string]any), v)...)
		}
	}
	return faults
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
