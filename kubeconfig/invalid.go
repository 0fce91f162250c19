package kubeconfig

import (
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// invalid checks the metadata of a namespaced core object and returns one
// error for it and everything found before, or nil.
func invalid(kind string, obj *metav1.ObjectMeta, errs field.ErrorList) error {
	path := field.NewPath("metadata")
	found := validateNamespace(path.Child("namespace"), obj.Namespace)
	found = append(found, validateName(path.Child("name"), obj.Name)...)
	found = append(found, metavalidation.ValidateLabels(obj.Labels, path.Child("labels"))...)
	found = append(found, validation.ValidateAnnotations(obj.Annotations, path.Child("annotations"))...)
	if found = append(found, errs...); len(found) == 0 {
		return nil
	}
	return apierrors.NewInvalid(corev1.SchemeGroupVersion.WithKind(kind).GroupKind(), obj.Namespace+"/"+obj.Name, found)
}

func validateNamespace(path *field.Path, namespace string) field.ErrorList {
	if namespace == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	return messages(path, namespace, utilvalidation.IsDNS1123Label(namespace))
}

func validateName(path *field.Path, name string) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	return messages(path, name, utilvalidation.IsDNS1123Subdomain(name))
}

func validateAccount(account string) field.ErrorList {
	return validateName(field.NewPath("serviceAccountName"), account)
}

func messages(path *field.Path, value string, msgs []string) field.ErrorList {
	var errs field.ErrorList
	for _, msg := range msgs {
		errs = append(errs, field.Invalid(path, value, msg))
	}
	return errs
}

// applied turns the error of an option into a field error. The message is the
// option's own: it knows what it may show.
func applied(err error) field.ErrorList {
	if err == nil {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("options"), field.OmitValueType{}, err.Error())}
}
