package schema

import (
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// A validator is one version of a CRD, compiled.
type validator struct {
	namespaced bool
	hasStatus  bool // as a subresource, so that a create ignores it
	structural *structuralschema.Structural
	openAPI    validation.SchemaValidator
	rules      *cel.Validator // nil if the schema has no CEL rule
}

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
