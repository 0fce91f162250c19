package crd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// Validate returns every reason for which an API server with the pinned CRDs
// would refuse to create the object, sorted by field. Field validation is
// strict, as kubectl asks for it: an unknown field is an error, not dropped.
// The object must have its apiVersion and kind set, and is not changed. If its
// kind is not [Served], that is the one error.
func Validate(obj runtime.Object) field.ErrorList {
	gvk := obj.GetObjectKind().GroupVersionKind()
	compile, ok, err := lookup(gvk)
	if err != nil {
		return internal(err)
	}
	if !ok {
		return field.ErrorList{field.Invalid(field.NewPath("kind"), gvk.String(), "no such kind is served")}
	}
	v, err := compile()
	if err != nil {
		return internal(err)
	}
	u, err := onTheWire(obj)
	if err != nil {
		return internal(err)
	}
	errs, err := v.decode(u)
	if err != nil {
		return internal(err)
	}
	errs = append(errs, v.validate(u)...)
	slices.SortStableFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Field, b.Field) })
	return errs
}

// onTheWire returns the object as the API server receives it.
func onTheWire(obj runtime.Object) (*unstructured.Unstructured, error) {
	data, err := json.Marshal(obj)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	return u, u.UnmarshalJSON(data)
}

// decode does to the object what the API server does before it validates
// (schemaCoercingDecoder and customResourceStrategy.PrepareForCreate in
// k8s.io/apiextensions-apiserver), and returns an error for each field that it
// would drop.
func (v *validator) decode(u *unstructured.Unstructured) (field.ErrorList, error) {
	if v.hasStatus {
		delete(u.Object, "status") // first, since the schemas leave it out
	}
	_, _, unknown, err := objectmeta.GetObjectMetaWithOptions(u.Object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	if err != nil {
		return nil, err
	}
	unknown = append(unknown, pruning.PruneWithOptions(u.Object, v.structural, true, structuralschema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})...)
	defaulting.PruneNonNullableNullsWithoutDefaults(u.Object, v.structural)
	fieldErr, unknownEmbedded := objectmeta.CoerceWithOptions(nil, u.Object, v.structural, false, objectmeta.CoerceOptions{ReturnUnknownFieldPaths: true})
	if fieldErr != nil {
		return field.ErrorList{fieldErr}, nil
	}
	unknown = append(unknown, unknownEmbedded...)
	defaulting.Default(u.Object, v.structural)

	var errs field.ErrorList
	for _, path := range unknown {
		errs = append(errs, field.Forbidden(field.NewPath(path), fmt.Sprintf("unknown field %q", path)))
	}
	return errs, nil
}

// validate is customResourceStrategy.Validate, whose own package would make
// etcd's client a dependency of this module.
func (v *validator) validate(u *unstructured.Unstructured) field.ErrorList {
	errs := apivalidation.ValidateObjectMetaAccessor(u, v.namespaced, apivalidation.NameIsDNSSubdomain, field.NewPath("metadata"))
	errs = append(errs, validation.ValidateCustomResource(nil, u.Object, v.openAPI)...)
	errs = append(errs, objectmeta.Validate(nil, u.Object, v.structural, false)...)
	errs = append(errs, listtype.ValidateListSetsAndMaps(nil, v.structural, u.Object)...)
	if blocksRules(errs) {
		return append(errs, field.Invalid(nil, nil, "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation"))
	}
	if v.rules == nil {
		return errs
	}
	ruleErrs, _ := v.rules.Validate(context.Background(), nil, v.structural, u.Object, nil, celconfig.RuntimeCELCostBudget)
	return append(errs, ruleErrs...)
}

// blocksRules reports whether CEL rules cannot be evaluated, since they rely on
// the object's shape.
func blocksRules(errs field.ErrorList) bool {
	for _, err := range errs {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		}
	}
	return false
}

func internal(err error) field.ErrorList {
	return field.ErrorList{field.InternalError(nil, err)}
}
