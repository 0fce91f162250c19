package capsule

import (
	texttemplate "text/template"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/template"
	"github.com/projectcapsule/capsule/pkg/template/functions"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateReplication(spec *field.Path, common *capsulev1beta2.TenantResourceCommonSpec, scope api.ResourceScope, allow allowances) field.ErrorList {
	errs := validate.Duration(spec.Child("resyncPeriod"), common.ResyncPeriod)
	for i, dependency := range common.DependsOn {
		errs = append(errs, validate.Label(spec.Child("dependsOn").Index(i).Child("name"), dependency.Name.String())...)
	}
	if len(common.Resources) == 0 {
		errs = append(errs, field.Required(spec.Child("resources"), "there is nothing to replicate"))
	}
	for i := range common.Resources {
		errs = append(errs, validateResourceSpec(spec.Child("resources").Index(i), &common.Resources[i], scope, allow)...)
	}
	return errs
}

func validateResourceSpec(path *field.Path, resource *capsulev1beta2.ResourceSpec, scope api.ResourceScope, allow allowances) field.ErrorList {
	var errs field.ErrorList
	if len(resource.RawItems)+len(resource.NamespacedItems)+len(resource.Generators) == 0 {
		errs = append(errs, field.Required(path, "there is nothing to replicate"))
	}
	if resource.NamespaceSelector != nil && empty(resource.NamespaceSelector) {
		errs = append(errs, field.Required(path.Child("namespaceSelector"), "an empty selector selects every namespace of the tenants: leave it out"))
	}
	errs = append(errs, validateSelector(path.Child("namespaceSelector"), resource.NamespaceSelector)...)
	for i, item := range resource.RawItems {
		errs = append(errs, validateRawItem(path.Child("rawItems").Index(i), item, scope, allow)...)
	}
	for i, item := range resource.NamespacedItems {
		errs = append(errs, validateResourceReference(path.Child("namespacedItems").Index(i), item, true)...)
	}
	for i, generator := range resource.Generators {
		errs = append(errs, validateGenerator(path.Child("generators").Index(i), generator)...)
	}
	if resource.Context != nil {
		for i, item := range resource.Context.Resources {
			at := path.Child("context", "resources").Index(i)
			if item == nil {
				errs = append(errs, field.Required(at, ""))
				continue
			}
			errs = append(errs, validateResourceReference(at, item.ResourceReference, false)...)
		}
	}
	return append(errs, validateAdditionalMetadata(path.Child("additionalMetadata"), resource.AdditionalMetadata)...)
}

func validateResourceReference(path *field.Path, item template.ResourceReference, namespaced bool) field.ErrorList {
	errs := validate.Required(path.Child("kind"), item.Kind)
	gv, err := schema.ParseGroupVersion(item.APIVersion)
	if err != nil {
		errs = append(errs, field.Invalid(path.Child("apiVersion"), item.APIVersion, err.Error()))
	}
	if namespaced && names.ClusterScoped(schema.GroupKind{Group: gv.Group, Kind: item.Kind}) {
		errs = append(errs, field.Forbidden(path.Child("kind"), item.Kind+" is for the whole cluster"))
	}
	if !template.RequiresFastTemplate(item.Name) {
		errs = append(errs, validate.OptionalSubdomain(path.Child("name"), item.Name)...)
	} else if len(item.Name) > maxName {
		errs = append(errs, field.TooLong(path.Child("name"), item.Name, maxName))
	}
	if !template.RequiresFastTemplate(item.Namespace) {
		errs = append(errs, validate.OptionalLabel(path.Child("namespace"), item.Namespace)...)
	}
	if !template.SelectorRequiresTemplating(item.Selector) {
		errs = append(errs, validateSelector(path.Child("selector"), item.Selector)...)
	}
	return errs
}

// maxName is the CRD's limit.
const maxName = 253

// validateGenerator rejects text that does not parse as a template with Capsule's
// functions.
func validateGenerator(path *field.Path, generator capsulev1beta2.TemplateItemSpec) field.ErrorList {
	errs := validate.Required(path.Child("template"), generator.Template)
	errs = append(errs, validate.Enum(path.Child("missingKey"), generator.MissingKey,
		template.MissingKeyInvalid, template.MissingKeyZero, template.MissingKeyError)...)
	if _, err := texttemplate.New("").Funcs(functions.ExtraFuncMap()).Parse(generator.Template); err != nil {
		errs = append(errs, field.Invalid(path.Child("template"), generator.Template, err.Error()))
	}
	return errs
}
