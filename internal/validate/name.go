package validate

import (
	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// NamespacedMeta checks the metadata of a namespaced object with the API
// server's own code: name, namespace, labels, annotations, owners, finalizers.
func NamespacedMeta(obj metav1.Object) field.ErrorList {
	return meta(obj, true)
}

// ClusterMeta checks the metadata of a cluster-scoped object.
func ClusterMeta(obj metav1.Object) field.ErrorList {
	return meta(obj, false)
}

func meta(obj metav1.Object, namespaced bool) field.ErrorList {
	if plainMeta(obj, namespaced) {
		return nil
	}
	at := field.NewPath("metadata")
	errs := apivalidation.ValidateObjectMetaAccessor(obj, namespaced, apivalidation.NameIsDNSSubdomain, at)
	if obj.GetName() == "" && obj.GetGenerateName() != "" {
		// The API server would accept it, but every apply would make another object.
		errs = append(errs, field.Required(at.Child("name"), "generateName does not do in declarative manifests"))
	}
	return errs
}

// Subdomain checks a required name of most kinds: a DNS-1123 subdomain of at
// most 253 characters.
func Subdomain(at *field.Path, name string) field.ErrorList {
	if plainSubdomain(name) {
		return nil
	}
	return named(at, name, validation.IsDNS1123Subdomain)
}

// Label checks a required name of a namespace: a DNS-1123 label of at most 63
// characters.
func Label(at *field.Path, name string) field.ErrorList {
	if plainLabel(name) {
		return nil
	}
	return named(at, name, validation.IsDNS1123Label)
}

func named(at *field.Path, name string, check func(string) []string) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(at, "")}
	}
	var errs field.ErrorList
	for _, msg := range check(name) {
		errs = append(errs, field.Invalid(at, name, msg))
	}
	return errs
}

// OptionalLabel is Label for a field that may be empty.
func OptionalLabel(at *field.Path, name string) field.ErrorList {
	if name == "" {
		return nil
	}
	return Label(at, name)
}

// OptionalSubdomain is Subdomain for a field that may be empty.
func OptionalSubdomain(at *field.Path, name string) field.ErrorList {
	if name == "" {
		return nil
	}
	return Subdomain(at, name)
}

// RoleName checks a required name of a Role or ClusterRole, which may be any
// segment of a path.
func RoleName(at *field.Path, name string) field.ErrorList {
	return named(at, name, content.IsPathSegmentName)
}
