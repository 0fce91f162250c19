package crdsource

import (
	"bytes"
	"encoding/json"
	"errors"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// A definition is a CRD without the status that the API server adds.
type definition struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              apiextensionsv1.CustomResourceDefinitionSpec `json:"spec"`
}

// compact reads a CRD and returns one for each version that is served, with the parts
// that decide if an object is accepted: the names, the scope and the schema. The
// stored version is the version of upstream's Go types.
func compact(data []byte) (served []*definition, stored string, err error) {
	var crd apiextensionsv1.CustomResourceDefinition
	if err := yaml.UnmarshalStrict(data, &crd); err != nil {
		return nil, "", err
	}
	for _, version := range crd.Spec.Versions {
		if !version.Served || version.Schema == nil || version.Schema.OpenAPIV3Schema == nil {
			continue
		}
		if version.Storage {
			stored = version.Name
		}
		served = append(served, one(&crd, version))
	}
	if stored == "" {
		return nil, "", errors.New("no schema of a version that is served and stored")
	}
	return served, stored, nil
}

// one returns a CRD with one of its versions.
func one(crd *apiextensionsv1.CustomResourceDefinition, version apiextensionsv1.CustomResourceDefinitionVersion) *definition {
	root := version.Schema.OpenAPIV3Schema
	if version.Subresources != nil && version.Subresources.Status != nil {
		delete(root.Properties, "status") // create ignores the status
	}
	undescribe(root)
	return &definition{
		TypeMeta:   crd.TypeMeta,
		ObjectMeta: metav1.ObjectMeta{Name: crd.Name},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: crd.Spec.Group,
			Names: apiextensionsv1.CustomResourceDefinitionNames{
				Kind:   crd.Spec.Names.Kind,
				Plural: crd.Spec.Names.Plural,
			},
			Scope: crd.Spec.Scope,
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: version.Name, Served: true, Storage: true,
				Schema:       version.Schema,
				Subresources: version.Subresources,
			}},
		},
	}
}

// undescribe removes the descriptions of a schema and of those below it. It checks
// the type, not only the key: a property may be called description.
func undescribe(s *apiextensionsv1.JSONSchemaProps) {
	s.Description, s.Title, s.Example, s.ExternalDocs = "", "", nil, nil
	for _, below := range []map[string]apiextensionsv1.JSONSchemaProps{s.Properties, s.PatternProperties, s.Definitions} {
		for name, p := range below {
			undescribe(&p)
			below[name] = p
		}
	}
	for _, below := range [][]apiextensionsv1.JSONSchemaProps{s.AllOf, s.AnyOf, s.OneOf} {
		for i := range below {
			undescribe(&below[i])
		}
	}
	if s.Not != nil {
		undescribe(s.Not)
	}
	if s.Items != nil && s.Items.Schema != nil {
		undescribe(s.Items.Schema)
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		undescribe(s.AdditionalProperties.Schema)
	}
}

// encode returns the CRD as JSON with a line for each field, so that a diff shows
// what upstream changed, and with the CEL rules as a person would write them (&&, not
// \u0026\u0026), for which it uses untyped values.
func encode(crd *definition) ([]byte, error) {
	data, err := json.Marshal(crd)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var untyped any
	if err := decoder.Decode(&untyped); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err = encoder.Encode(untyped)
	return out.Bytes(), err
}
