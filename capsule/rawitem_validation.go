package capsule

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/template"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validateRawItem checks a raw item, which Capsule decodes only when it applies it.
func validateRawItem(path *field.Path, item capsulev1beta2.RawExtension, scope api.ResourceScope, allow allowances) field.ErrorList {
	raw, err := encoded(item)
	if err != nil {
		return field.ErrorList{field.Invalid(path, fmt.Sprintf("%T", item.Object), err.Error())}
	}
	var object metav1.PartialObjectMetadata
	if err := json.Unmarshal(raw, &object); err != nil {
		return field.ErrorList{field.Invalid(path, string(raw), "must be a JSON object with Kubernetes metadata: "+err.Error())}
	}
	errs := validate.Required(path.Child("apiVersion"), object.APIVersion)
	errs = append(errs, validate.Required(path.Child("kind"), object.Kind)...)
	errs = append(errs, validate.Required(path.Child("metadata", "name"), object.GetName())...)
	gk := object.GroupVersionKind().GroupKind()
	if names.ClusterScoped(gk) {
		return append(errs, field.Forbidden(path.Child("kind"), fmt.Sprintf("%s is for the whole cluster: a replication would give anyone who changes it access outside of the tenants' namespaces", gk)))
	}
	if (scope == api.ResourceScopeTenant || scope == api.ResourceScopeNone) && object.GetNamespace() == "" {
		errs = append(errs, field.Required(path.Child("metadata", "namespace"), "only scope Namespace puts an object into a namespace"))
	}
	if gk == (schema.GroupKind{Group: rbacv1.GroupName, Kind: "RoleBinding"}) {
		errs = append(errs, validateRawBinding(path, raw, allow)...)
	}
	if !mayHoldTags(raw) {
		return errs
	}
	var content map[string]any
	if err := json.Unmarshal(raw, &content); err != nil {
		return append(errs, field.Invalid(path, string(raw), err.Error()))
	}
	return append(errs, validateTags(path, content, scope)...)
}

// validateRawBinding rejects the roles and subjects that are rejected in a Tenant's
// role bindings.
func validateRawBinding(path *field.Path, raw []byte, allow allowances) field.ErrorList {
	var binding rbacv1.RoleBinding
	if err := json.Unmarshal(raw, &binding); err != nil {
		return field.ErrorList{field.Invalid(path, "RoleBinding", "must be a RoleBinding: "+err.Error())}
	}
	var errs field.ErrorList
	if binding.RoleRef.Kind == "ClusterRole" {
		errs = append(errs, validateClusterRole(path.Child("roleRef", "name"), binding.RoleRef.Name, allow)...)
	}
	for i, bound := range binding.Subjects {
		if names.Everybody(bound.Kind, bound.Name) {
			errs = append(errs, refuseEverybody(path.Child("subjects").Index(i).Child("name"), bound.Name, allow)...)
		}
	}
	return errs
}

// mayHoldTags reports whether a brace or an escape in JSON may begin a {{tag}}.
func mayHoldTags(raw []byte) bool {
	return bytes.Contains(raw, []byte("{{")) || bytes.IndexByte(raw, '\\') >= 0
}

// validateTags finds {{tags}} that Capsule does not know: it would replace them, and
// everything between an open one and the next }}, with nothing. So a template of
// another program cannot be a raw item.
func validateTags(path *field.Path, value any, scope api.ResourceScope) field.ErrorList {
	var errs field.ErrorList
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			errs = append(errs, validateTags(path, key, scope)...)
			errs = append(errs, validateTags(path.Child(key), value[key], scope)...)
		}
	case []any:
		for i, item := range value {
			errs = append(errs, validateTags(path.Index(i), item, scope)...)
		}
	case string:
		rest := template.FastTemplateExpression.ReplaceAllStringFunc(value, func(tag string) string {
			switch strings.TrimSpace(strings.Trim(tag, "{}")) {
			case "tenant.name":
				return ""
			case "namespace":
				if scope == api.ResourceScopeNamespace {
					return ""
				}
			}
			return tag
		})
		if strings.Contains(rest, "{{") {
			errs = append(errs, field.Invalid(path, value, "Capsule knows {{tenant.name}} and, with scope Namespace, {{namespace}}, and would leave out any other: use a generator"))
		}
	}
	return errs
}
