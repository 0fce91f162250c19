package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/crdsource"
)

// compareCRDs returns a line for each kind and field that was added, removed or
// changed: "+ Kustomization.v1.kustomize.toolkit.fluxcd.io spec.ignore".
func compareCRDs(before, after []crdsource.CRD) ([]string, error) {
	old, err := fieldsOf(before)
	if err != nil {
		return nil, err
	}
	now, err := fieldsOf(after)
	if err != nil {
		return nil, err
	}
	return compare(old, now), nil
}

// compare returns a line for each key that two maps do not share, sorted by key.
func compare(old, now map[string]string) []string {
	all := maps.Clone(old)
	maps.Copy(all, now)
	var lines []string
	for _, key := range slices.Sorted(maps.Keys(all)) {
		a, hadIt := old[key]
		b, hasIt := now[key]
		switch {
		case !hadIt:
			lines = append(lines, "+ "+key)
		case !hasIt:
			lines = append(lines, "- "+key)
		case a != b:
			lines = append(lines, fmt.Sprintf("~ %s\n    was %s\n    is  %s", key, a, b))
		}
	}
	return lines
}

// fieldsOf returns the schema of each field of each kind, without the fields below
// it.
func fieldsOf(crds []crdsource.CRD) (map[string]string, error) {
	fields := map[string]string{}
	for _, crd := range crds {
		if !crd.Stored {
			continue
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(crd.Content, &definition); err != nil {
			return nil, err
		}
		version := definition.Spec.Versions[0]
		kind := definition.Spec.Names.Kind + "." + version.Name + "." + definition.Spec.Group
		if err := flatten(fields, kind+" ", "", *version.Schema.OpenAPIV3Schema); err != nil {
			return nil, err
		}
	}
	return fields, nil
}

// flatten adds a field and those below it.
func flatten(fields map[string]string, kind, path string, s apiextensionsv1.JSONSchemaProps) error {
	below := map[string]apiextensionsv1.JSONSchemaProps{}
	for name, property := range s.Properties {
		below[strings.TrimPrefix(path+"."+name, ".")] = property
	}
	if s.Items != nil && s.Items.Schema != nil {
		below[path+"[]"] = *s.Items.Schema
	}
	if s.AdditionalProperties != nil && s.AdditionalProperties.Schema != nil {
		below[path+"{}"] = *s.AdditionalProperties.Schema
	}
	s.Properties, s.Items, s.AdditionalProperties = nil, nil, nil
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return err
	}
	fields[strings.TrimSpace(kind+path)] = strings.TrimSpace(text.String())
	for path, schema := range below {
		if err := flatten(fields, kind, path, schema); err != nil {
			return err
		}
	}
	return nil
}
