package capsule

import (
	"sync"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/runtime/cel"
	"github.com/projectcapsule/capsule/pkg/runtime/jsonpath"
	capsulequota "github.com/projectcapsule/capsule/pkg/runtime/quota"
	"github.com/projectcapsule/capsule/pkg/runtime/selectors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateGlobalCustomQuota(spec *field.Path, quota *capsulev1beta2.GlobalCustomQuotaSpec, allow allowances) field.ErrorList {
	errs := validateCustomQuota(spec, &quota.CustomQuotaSpec)
	path := spec.Child("namespaceSelectors")
	if len(quota.NamespaceSelectors) == 0 && !allow.has(AllowClusterWide) {
		errs = append(errs, field.Required(path, "without one the whole cluster is counted; AllowClusterWide allows it"))
	}
	return append(errs, validateNamespaceSelectors(path, quota.NamespaceSelectors)...)
}

func validateCustomQuota(spec *field.Path, quota *capsulev1beta2.CustomQuotaSpec) field.ErrorList {
	var errs field.ErrorList
	if quota.Limit.Sign() <= 0 {
		errs = append(errs, field.Invalid(spec.Child("limit"), quota.Limit.String(), "must be greater than 0"))
	}
	for i := range quota.ScopeSelectors {
		errs = append(errs, validateSelector(spec.Child("scopeSelectors").Index(i), &quota.ScopeSelectors[i])...)
	}
	if len(quota.Sources) == 0 {
		errs = append(errs, field.Required(spec.Child("sources"), "a quota without a source counts nothing"))
	}
	for i := range quota.Sources {
		errs = append(errs, validateSource(spec.Child("sources").Index(i), &quota.Sources[i])...)
	}
	return errs
}

func validateSource(path *field.Path, source *capsulev1beta2.CustomQuotaSpecSource) field.ErrorList {
	errs := validate.Required(path.Child("kind"), source.Kind)
	if _, err := schema.ParseGroupVersion(source.APIVersion); err != nil {
		errs = append(errs, field.Invalid(path.Child("apiVersion"), source.APIVersion, err.Error()))
	}
	errs = append(errs, validate.Enum(path.Child("op"), source.Operation, capsulequota.OpAdd, capsulequota.OpSub, capsulequota.OpCount)...)
	errs = append(errs, validateUsage(path, &source.CustomQuotaSpecSourceConfig)...)
	for i := range source.Selectors {
		errs = append(errs, validateFieldSelector(path.Child("selectors").Index(i), &source.Selectors[i])...)
	}
	return errs
}

// validateUsage follows the CEL rule on the CRD, then compiles what there is.
func validateUsage(path *field.Path, config *capsulev1beta2.CustomQuotaSpecSourceConfig) field.ErrorList {
	if config.Operation == capsulequota.OpCount {
		if config.Path != "" || config.CEL != "" {
			return field.ErrorList{field.Forbidden(path, "path and cel must be empty when op is count")}
		}
		return nil
	}
	if (config.Path == "") == (config.CEL == "") {
		return field.ErrorList{field.Required(path, "exactly one of path or cel must be set, unless op is count")}
	}
	if config.Path != "" {
		return validateJSONPath(path.Child("path"), config.Path)
	}
	return validateCEL(path.Child("cel"), config.CEL, (*cel.Compiler).CompileQuantity)
}

func validateFieldSelector(path *field.Path, selector *selectors.SelectorWithFields) field.ErrorList {
	errs := validateSelector(path, selector.LabelSelector)
	for i, raw := range selector.FieldSelectors {
		value := raw
		if left, _, ok := jsonpath.SplitFieldSelectorNotEquals(raw); ok {
			value = left
		} else if left, _, ok := jsonpath.SplitFieldSelectorEquals(raw); ok {
			value = left
		}
		errs = append(errs, validateJSONPath(path.Child("fieldSelectors").Index(i), value)...)
	}
	if len(selector.CELExpressions) > maxExpressions {
		errs = append(errs, field.TooMany(path.Child("celExpressions"), len(selector.CELExpressions), maxExpressions))
	}
	for i, expression := range selector.CELExpressions {
		errs = append(errs, validateCEL(path.Child("celExpressions").Index(i), expression, (*cel.Compiler).CompileBoolean)...)
	}
	return errs
}

// maxExpressions is the CRD's.
const maxExpressions = 64

func validateJSONPath(path *field.Path, value string) field.ErrorList {
	if _, err := jsonpath.CompileJSONPath(value); err != nil {
		return field.ErrorList{field.Invalid(path, value, err.Error())}
	}
	return nil
}

// compiler is Capsule's own. It takes a while to make, and never changes.
var compiler = sync.OnceValues(cel.NewCompiler)

func validateCEL(path *field.Path, expression string, compile func(*cel.Compiler, string, environment.Type) (*cel.CompiledExpression, error)) field.ErrorList {
	if len(expression) > cel.MaxExpressionLength {
		return field.ErrorList{field.TooLong(path, expression, cel.MaxExpressionLength)}
	}
	c, err := compiler()
	if err != nil {
		return field.ErrorList{field.InternalError(path, err)}
	}
	if _, err := compile(c, expression, environment.NewExpressions); err != nil {
		return field.ErrorList{field.Invalid(path, expression, err.Error())}
	}
	return nil
}
