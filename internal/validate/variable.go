package validate

import (
	"regexp"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// variable is what kustomize-controller accepts as the name of a substitution.
var variable = regexp.MustCompile(`^[_[:alpha:]][_[:alpha:][:digit:]]*$`)

// Variable checks the name of a variable that Flux replaces in manifests.
func Variable(path *field.Path, name string) field.ErrorList {
	if variable.MatchString(name) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, name, "must match "+variable.String())}
}
