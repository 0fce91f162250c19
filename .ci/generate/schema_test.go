package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONSchema(t *testing.T) {
	for name, test := range map[string]struct{ openAPI, want string }{
		"unknown fields are errors": {
			`{"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "string"}}}}}`,
			`{"type": "object", "additionalProperties": false,
			  "properties": {"a": {"type": "object", "additionalProperties": false, "properties": {"b": {"type": "string"}}}}}`,
		},
		"but in what has any field": {
			`{"type": "array", "items": {"type": "object", "properties": {}, "x-kubernetes-preserve-unknown-fields": true}}`,
			`{"type": "array", "items": {"type": "object", "properties": {}}}`,
		},
		"and in a map": {
			`{"type": "object", "additionalProperties": {"type": "object", "properties": {"b": {"type": "string"}}}}`,
			`{"type": "object", "additionalProperties": {"type": "object", "additionalProperties": false, "properties": {"b": {"type": "string"}}}}`,
		},
		"a field named like a keyword": {
			`{"properties": {"items": {"type": "array"}, "x-kubernetes-y": {"type": "string"}}, "additionalProperties": true}`,
			`{"properties": {"items": {"type": "array"}, "x-kubernetes-y": {"type": "string"}}, "additionalProperties": true}`,
		},
		"a quantity is any number": {
			`{"anyOf": [{"type": "integer"}, {"type": "string"}], "pattern": "^[0-9.]+$", "x-kubernetes-int-or-string": true}`,
			`{"anyOf": [{"type": "number"}, {"type": "string"}], "pattern": "^[0-9.]+$"}`,
		},
		"at most one": {
			`{"x-kubernetes-validations": [{"rule": "(has(self.a)?1:0)+(has(self.b)?1:0)+(has(self.c)?1:0) <= 1"}]}`,
			`{"allOf": [{"not": {"required": ["a", "b"]}}, {"not": {"required": ["a", "c"]}}, {"not": {"required": ["b", "c"]}}]}`,
		},
		"exactly one": {
			`{"x-kubernetes-validations": [{"rule": "(has(self.a)?1:0)+(has(self.b)?1:0) == 1"}]}`,
			`{"allOf": [{"not": {"required": ["a", "b"]}}, {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}]}`,
		},
		"other CEL": {`{"type": "object", "x-kubernetes-validations": [{"rule": "has(self.a)"}]}`, `{"type": "object"}`},
	} {
		t.Run(name, func(t *testing.T) {
			var want map[string]any
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			got, err := jsonSchema(json.RawMessage(test.openAPI))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
