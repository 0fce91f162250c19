package audit_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/golden"
)

// text is an entry of texts.yaml.
type text struct {
	Pattern string   `json:"pattern,omitempty"`
	Enum    []string `json:"enum,omitempty"`
}

// TestTexts writes texts.yaml from the CRDs of all supported versions, or compares it
// with them.
func TestTexts(t *testing.T) {
	files, err := filepath.Glob("../schema/schemas/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no CRDs", err)
	}
	texts := map[string]map[string]text{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(content, &crd); err != nil {
			t.Fatal(file, err)
		}
		for _, v := range crd.Spec.Versions {
			if !v.Served || v.Schema == nil {
				continue
			}
			found := map[string]text{}
			collect(found, "", v.Schema.OpenAPIV3Schema.Properties["spec"])
			kind := crd.Spec.Group + "/" + v.Name + " " + crd.Spec.Names.Kind
			if texts[kind] == nil && len(found) > 0 {
				texts[kind] = map[string]text{}
			}
			for path, is := range found {
				texts[kind][path] = widen(texts[kind][path], is)
			}
		}
	}
	want, err := yaml.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	golden.Compare(t, "texts.yaml", want)
}

// widen returns a rule that accepts what either of two versions of a CRD accepts.
func widen(a, b text) text {
	if a.Pattern == "" && a.Enum == nil {
		return b
	}
	wide := text{Enum: slices.Clone(a.Enum)}
	if a.Pattern == b.Pattern {
		wide.Pattern = a.Pattern
	}
	for _, value := range b.Enum {
		if !slices.Contains(wide.Enum, value) {
			wide.Enum = append(wide.Enum, value)
		}
	}
	return wide
}

// collect adds a schema's rules for texts, by path.
func collect(found map[string]text, at string, s apiextensionsv1.JSONSchemaProps) {
	under := func(step string) string {
		if at == "" {
			return step
		}
		return at + "." + step
	}
	is := text{Pattern: s.Pattern}
	for _, value := range s.Enum {
		var text string
		if json.Unmarshal(value.Raw, &text) == nil {
			is.Enum = append(is.Enum, text)
		}
	}
	if is.Pattern != "" || is.Enum != nil {
		found[at] = is
	}
	for name, property := range s.Properties {
		collect(found, under(name), property)
	}
	if s.Items != nil && s.Items.Schema != nil {
		collect(found, under("[]"), *s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		collect(found, under("{}"), *s.AdditionalProperties.Schema)
	}
}
