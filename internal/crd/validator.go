package crd

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

//go:embed schemas/*.json
var schemas embed.FS

// A validator is one version of a CRD, compiled.
type validator struct {
	namespaced bool
	hasStatus  bool // as a subresource, so that a create ignores it
	structural *structuralschema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator // nil if the schema has no CEL rule
}

// validators are all validators by kind. Each is compiled when it is first
// asked for, since CEL rules take long to compile.
var validators = sync.OnceValues(func() (map[schema.GroupVersionKind]func() (*validator, error), error) {
	byKind := map[schema.GroupVersionKind]func() (*validator, error){}
	files, err := schemas.ReadDir("schemas")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		data, err := schemas.ReadFile("schemas/" + file.Name())
		if err != nil {
			return nil, err
		}
		var crd apiextensionsv1.CustomResourceDefinition
		if err := json.Unmarshal(data, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name(), err)
		}
		for _, version := range crd.Spec.Versions {
			gvk := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			byKind[gvk] = sync.OnceValues(func() (*validator, error) {
				return compile(crd.Spec.Scope, version)
			})
		}
	}
	return byKind, nil
})

// compile does what the API server does once for each version of a CRD.
func compile(scope apiextensionsv1.ResourceScope, version apiextensionsv1.CustomResourceDefinitionVersion) (*validator, error) {
	var internal apiextensions.CustomResourceValidation
	if err := apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, &internal, nil); err != nil {
		return nil, err
	}
	s, err := structuralschema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	s = s.DeepCopy() // defaults are shared with internal, and pruned next
	if err := defaulting.PruneDefaults(s); err != nil {
		return nil, err
	}
	openAPI, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &validator{
		namespaced: scope == apiextensionsv1.NamespaceScoped,
		hasStatus:  version.Subresources != nil && version.Subresources.Status != nil,
		structural: s,
		openAPI:    openAPI,
		rules:      cel.NewValidator(s, true, celconfig.PerCallLimit),
	}, nil
}

func lookup(gvk schema.GroupVersionKind) (func() (*validator, error), bool, error) {
	all, err := validators()
	compile, ok := all[gvk]
	return compile, ok, err
}

// Served reports whether there is a CRD for the kind in that version.
func Served(gvk schema.GroupVersionKind) bool {
	_, ok, _ := lookup(gvk)
	return ok
}

// Kinds returns all kinds that are [Served], sorted by group, version and kind.
func Kinds() []schema.GroupVersionKind {
	all, _ := validators()
	return slices.SortedFunc(maps.Keys(all), func(a, b schema.GroupVersionKind) int {
		return strings.Compare(a.String(), b.String())
	})
}
