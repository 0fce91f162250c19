package flux

import (
	"strings"

	"github.com/fluxcd/pkg/apis/kustomize"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateHealthCheckExprs(path *field.Path, exprs []kustomize.CustomHealthCheck) field.ErrorList {
	var errs field.ErrorList
	for i, expr := range exprs {
		errs = append(errs, validate.Required(path.Index(i).Child("apiVersion"), expr.APIVersion)...)
		errs = append(errs, validate.Required(path.Index(i).Child("kind"), expr.Kind)...)
		errs = append(errs, validate.Required(path.Index(i).Child("current"), expr.Current)...)
	}
	return errs
}

func validatePatches(path *field.Path, patches []kustomize.Patch, images []kustomize.Image) field.ErrorList {
	var errs field.ErrorList
	for i, patch := range patches {
		errs = append(errs, validate.Required(path.Child("patches").Index(i).Child("patch"), patch.Patch)...)
	}
	for i, image := range images {
		errs = append(errs, validate.Required(path.Child("images").Index(i).Child("name"), image.Name)...)
	}
	return errs
}

// validateCommonMetadata: the CRD takes any, but then nothing can be applied.
func validateCommonMetadata(path *field.Path, labels, annotations map[string]string) field.ErrorList {
	errs := validateLabels(path.Child("labels"), labels)
	return append(errs, apivalidation.ValidateAnnotations(annotations, path.Child("annotations"))...)
}

func validatePointers(path *field.Path, pointers []string) field.ErrorList {
	if len(pointers) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	for i, pointer := range pointers {
		if !strings.HasPrefix(pointer, "/") {
			errs = append(errs, field.Invalid(path.Index(i), pointer, `must be a JSON pointer, starting with "/"`))
		}
	}
	return errs
}
