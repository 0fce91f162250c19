// Package schematest compares a JSON Schema with the Go type that it describes.
package schematest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
)

// Parse reads a schema.
func Parse(t testing.TB, text []byte) *spec.Schema {
	t.Helper()
	var schema spec.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	return &schema
}

// Faults returns a schema's errors for a value in its JSON form.
func Faults(t testing.TB, schema *spec.Schema, value any) []error {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var data any
	if err := json.Unmarshal(text, &data); err != nil {
		t.Fatal(err)
	}
	return validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(data).Errors
}

// whole are the types that are one value in JSON.
var whole = map[reflect.Type]string{
	reflect.TypeFor[metav1.Duration]():      "string",
	reflect.TypeFor[resource.Quantity]():    "",
	reflect.TypeFor[apiextensionsv1.JSON](): "",
}

// Compare reports where a schema and a Go type differ: missing fields, required
// fields, and types. Fields of this module's types must have a description.
func Compare(t *testing.T, schema *spec.Schema, of reflect.Type) {
	t.Helper()
	for _, difference := range differences("", schema, of) {
		t.Errorf("%s: run make generate", difference)
	}
}

func differences(path string, schema *spec.Schema, of reflect.Type) []string {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	want, ok := whole[of]
	if !ok {
		switch of.Kind() {
		case reflect.Struct:
			return append(typed(path, schema, "object"), fieldDifferences(path, schema, of)...)
		case reflect.Slice:
			if schema.Items == nil || schema.Items.Schema == nil {
				return []string{path + " has no items"}
			}
			return append(typed(path, schema, "array"), differences(path+"[]", schema.Items.Schema, of.Elem())...)
		case reflect.Map:
			if of.Elem().Kind() == reflect.Interface {
				return typed(path, schema, "object")
			}
			if schema.AdditionalProperties == nil || schema.AdditionalProperties.Schema == nil {
				return []string{path + " is no map"}
			}
			return append(typed(path, schema, "object"), differences(path+"[]", schema.AdditionalProperties.Schema, of.Elem())...)
		case reflect.String:
			want = "string"
		case reflect.Bool:
			want = "boolean"
		case reflect.Int, reflect.Int32, reflect.Int64:
			want = "integer"
		default:
			return []string{fmt.Sprintf("%s has the unknown type %s", path, of)}
		}
	}
	return typed(path, schema, want)
}

func typed(path string, schema *spec.Schema, want string) []string {
	if want != "" && !schema.Type.Contains(want) {
		return []string{fmt.Sprintf("%s has the type %v, want %s", path, schema.Type, want)}
	}
	return nil
}

func fieldDifferences(path string, schema *spec.Schema, of reflect.Type) []string {
	var found []string
	own := strings.HasPrefix(of.PkgPath(), "github.com/fluxcapsule/fluxcapsule")
	known := map[string]bool{}
	for _, field := range jsonFields(of) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := path + "." + name
		property, ok := schema.Properties[name]
		if !ok {
			found = append(found, at+" is not in the schema")
			continue
		}
		known[name] = true
		if own && property.Description == "" {
			found = append(found, at+" has no description")
		}
		if own && slices.Contains(schema.Required, name) != (options == "") {
			found = append(found, at+" is required in the schema or in the type, not in both")
		}
		found = append(found, differences(at, &property, field.Type)...)
	}
	for name := range schema.Properties {
		if !known[name] {
			found = append(found, path+"."+name+" is no field of the type")
		}
	}
	return found
}

// jsonFields returns the fields that a struct has in JSON, those of embedded structs
// among them.
func jsonFields(of reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for field := range of.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		embedded := field.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		switch {
		case name == "-" || !field.IsExported():
		case name == "" && field.Anonymous && embedded.Kind() == reflect.Struct:
			fields = append(fields, jsonFields(embedded)...)
		default:
			fields = append(fields, field)
		}
	}
	return fields
}

// Defaults returns the defaults in a schema by the path of their field, those of
// lists and maps left out.
func Defaults(schema *spec.Schema) map[string]any {
	found := map[string]any{}
	addDefaults(found, "", schema)
	return found
}

func addDefaults(to map[string]any, path string, schema *spec.Schema) {
	if schema.Default != nil {
		to[path] = schema.Default
	}
	for name, property := range schema.Properties {
		addDefaults(to, path+"."+name, &property)
	}
}
