package validate

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// variable matches the names of substitutions that kustomize-controller accepts.
var variable = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

// Variable checks the name of a variable that Flux replaces in manifests.
func Variable(path *field.Path, name string) field.ErrorList {
	if variable.MatchString(name) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, name, "must match "+variable.String())}
}
