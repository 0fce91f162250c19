package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/genall"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"
)

const (
	module  = "github.com/fluxcapsule/fluxcapsule/"
	dialect = "https://json-schema.org/draft/2020-12/schema"
	address = "https://raw.githubusercontent.com/fluxcapsule/fluxcapsule/main/"
)

// described are the types of each package that people write in YAML, by the files of
// their schemas.
var described = map[string]map[string]string{
	"kubeconfig": {"schema.json": "Access"},
	"tenant":     {"schema.json": "Spec"},
	"fleet":      {"schema.json": "Platform", "team.schema.json": "Team"},
}

// schemaGenerator writes the OpenAPI schema that a CRD would have of a type as a
// JSON Schema.
type schemaGenerator struct{}

// RegisterMarkers makes those of CRDs known.
func (schemaGenerator) RegisterMarkers(into *markers.Registry) error {
	return crdmarkers.Register(into)
}

// CheckFilter leaves out of type checking what the generator of CRDs leaves out.
func (schemaGenerator) CheckFilter() loader.NodeFilter { return crd.Generator{}.CheckFilter() }

// Generate writes the schemas beside the sources of each package.
func (schemaGenerator) Generate(ctx *genall.GenerationContext) error {
	parser := &crd.Parser{Collector: ctx.Collector, Checker: ctx.Checker}
	crd.AddKnownTypes(parser)
	for _, root := range ctx.Roots {
		name := strings.TrimPrefix(root.PkgPath, module)
		for file, of := range described[name] {
			ident := crd.TypeIdent{Package: root, Name: of}
			parser.NeedFlattenedSchemaFor(ident)
			schema, err := jsonSchema(parser.FlattenedSchemata[ident])
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			schema["$schema"] = dialect
			schema["$id"] = address + name + "/" + file
			schema["title"] = name + "." + of
			if err := write(ctx, root, file, schema); err != nil {
				return err
			}
		}
	}
	return nil
}

func write(ctx *genall.GenerationContext, root *loader.Package, file string, schema map[string]any) error {
	out, err := ctx.Open(root, file)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(schema)
}

// jsonSchema turns a schema of a CRD, of any Go type, into a JSON Schema.
func jsonSchema(openAPI any) (map[string]any, error) {
	text, err := json.Marshal(openAPI)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var schema map[string]any
	if err := decoder.Decode(&schema); err != nil {
		return nil, err
	}
	convert(schema)
	return schema, nil
}

// convert changes a schema, and those in it, in place.
func convert(schema map[string]any) {
	if schema["x-kubernetes-int-or-string"] == true && schema["pattern"] != nil {
		// A quantity, which YAML reads as a number if it can: cpu: 0.5.
		schema["anyOf"] = []any{map[string]any{"type": "number"}, map[string]any{"type": "string"}}
	}
	properties, _ := schema["properties"].(map[string]any)
	if properties != nil && schema["additionalProperties"] == nil && schema["x-kubernetes-preserve-unknown-fields"] != true {
		schema["additionalProperties"] = false
	}
	rules, _ := schema["x-kubernetes-validations"].([]any)
	for _, rule := range rules {
		text, _ := rule.(map[string]any)["rule"].(string)
		addChoice(schema, text) // JSON Schema has no words for other rules
	}
	for key, value := range schema {
		if strings.HasPrefix(key, "x-kubernetes-") {
			delete(schema, key)
			continue
		}
		for _, child := range children(key, value) {
			convert(child)
		}
	}
}

// children returns the schemas in a keyword's value.
func children(keyword string, value any) []map[string]any {
	var list []map[string]any
	switch keyword {
	case "properties":
		for _, child := range value.(map[string]any) {
			list = append(list, child.(map[string]any))
		}
	case "items", "additionalProperties", "not":
		if child, ok := value.(map[string]any); ok {
			list = append(list, child)
		}
	case "anyOf", "allOf", "oneOf":
		for _, child := range value.([]any) {
			list = append(list, child.(map[string]any))
		}
	}
	return list
}

// choice is the CEL that controller-gen writes for its markers ExactlyOneOf and
// AtMostOneOf.
var choice = regexp.MustCompile(`^(\(has\(self\.\w+\)\?1:0\)(?:\+\(has\(self\.\w+\)\?1:0\))*) (==|<=) 1$`)

// addChoice adds such a rule to a schema: no two of the fields, and for ExactlyOneOf
// any of them.
func addChoice(schema map[string]any, rule string) {
	parts := choice.FindStringSubmatch(rule)
	if parts == nil {
		return
	}
	var fields []any
	for term := range strings.SplitSeq(parts[1], "+") {
		fields = append(fields, strings.TrimSuffix(strings.TrimPrefix(term, "(has(self."), ")?1:0)"))
	}
	all, _ := schema["allOf"].([]any)
	for i, first := range fields {
		for _, second := range fields[i+1:] {
			all = append(all, map[string]any{"not": map[string]any{"required": []any{first, second}}})
		}
	}
	if parts[2] == "==" {
		var some []any
		for _, name := range fields {
			some = append(some, map[string]any{"required": []any{name}})
		}
		all = append(all, map[string]any{"anyOf": some})
	}
	schema["allOf"] = all
}
