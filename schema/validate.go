package schema

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
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// Validate returns every reason for which an API server with the CRDs of the targets
// would refuse to create the object, sorted by field. Without a target, the CRDs are
// those of the versions that this module is built with. Where another version accepts
// what is refused, the error says from which on, or up to which.
//
// Field validation is strict, as kubectl asks for it: an unknown field is an error,
// not dropped. The object, typed or unstructured, must have its apiVersion and kind
// set, and is not changed. If its kind is not served, that is the one error.
//
// The first object of a kind takes up to 0.1 s, in which the CRD is compiled; from
// then on an object takes less than a millisecond. Validate is safe for concurrent
// use.
func Validate(obj runtime.Object, targets ...Target) field.ErrorList {
	if build.IsNil(obj) {
		return field.ErrorList{field.Required(nil, "there is no object")}
	}
	wire, err := json.Marshal(obj)
	if err != nil {
		return internal(err)
	}
	o := object{obj.GetObjectKind().GroupVersionKind(), wire}
	if len(targets) == 0 {
		targets = []Target{{}}
	}
	var errs field.ErrorList
	for i, target := range targets {
		var path *field.Path
		if len(targets) > 1 {
			path = field.NewPath("targets").Index(i)
		}
		if invalid := target.Validate(path); len(invalid) > 0 {
			errs = append(errs, invalid...)
			continue
		}
		errs = append(errs, o.validateFor(target)...)
	}
	slices.SortStableFunc(errs, func(a, b *field.Error) int { return strings.Compare(a.Field, b.Field) })
	return slices.CompactFunc(errs, func(a, b *field.Error) bool { return a.Error() == b.Error() })
}

// notServed is the field of the error for a kind that a version does not serve. No
// CRD has rules about it.
const notServed = "kind"

// uncheckedField is the field of the API server's error that says that CEL rules were
// not checked.
const uncheckedField = "<nil>"

// An object is one as the API server receives it.
type object struct {
	gvk  schema.GroupVersionKind
	wire []byte
}

// validateFor returns the errors of a valid target. Each says which other version
// accepts what is refused, if one does.
func (o object) validateFor(target Target) field.ErrorList {
	component := componentOf(o.gvk.Group)
	version := target.version(component)
	errs := o.errors(version)
	if len(errs) == 0 {
		return nil
	}
	others := make([]field.ErrorList, len(versions.Of(component)))
	for i := range others {
		others[i] = o.errors(i)
	}
	for _, err := range errs {
		accepted := func(other field.ErrorList) bool {
			unchecked := blocksRules(other) && !blocksRules(errs)
			return !unchecked && !slices.ContainsFunc(other, func(e *field.Error) bool {
				return e.Field == err.Field || e.Field == notServed
			})
		}
		if err.Field == uncheckedField {
			continue
		}
		if i := slices.IndexFunc(others[version:], accepted); i >= 0 {
			err.Detail = strings.TrimSpace(fmt.Sprintf("%s (accepted from %s %s on)", err.Detail, component, versions.Of(component)[version+i]))
		} else if i := lastIndexFunc(others[:version], accepted); i >= 0 {
			err.Detail = strings.TrimSpace(fmt.Sprintf("%s (accepted up to %s %s)", err.Detail, component, versions.Of(component)[i]))
		}
	}
	return errs
}

func lastIndexFunc[T any](list []T, f func(T) bool) int {
	for i, v := range slices.Backward(list) {
		if f(v) {
			return i
		}
	}
	return -1
}

// errors returns what one version of the object's component refuses.
func (o object) errors(version int) field.ErrorList {
	e, ok, err := lookup(o.gvk, version)
	if err != nil {
		return internal(err)
	}
	if !ok {
		return field.ErrorList{field.Invalid(field.NewPath(notServed), o.gvk.String(), "no such kind is served")}
	}
	v, err := e.compile()
	if err != nil {
		return internal(err)
	}
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(o.wire); err != nil {
		return internal(err)
	}
	errs, err := v.decode(u)
	if err != nil {
		return internal(err)
	}
	return append(errs, v.validate(u)...)
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
		return field.ErrorList{fieldErr}, nil //nolint:nilerr // it is a fault of the object
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
