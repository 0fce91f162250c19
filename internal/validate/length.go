package validate

import (
	"fmt"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// MaxLength checks the number of characters of a value.
func MaxLength(path *field.Path, value string, most int) field.ErrorList {
	if n := utf8.RuneCountInString(value); n > most {
		return field.ErrorList{field.Invalid(path, value, fmt.Sprintf("must have at most %d characters, has %d", most, n))}
	}
	return nil
}

// MaxSecretLength is MaxLength for a value that may be secret.
func MaxSecretLength(path *field.Path, value string, most int) field.ErrorList {
	if n := utf8.RuneCountInString(value); n > most {
		return field.ErrorList{NotPrinted(path, fmt.Sprintf("must have at most %d characters, has %d", most, n))}
	}
	return nil
}

// NotPrinted is a fault that does not show the value, since it may be secret.
func NotPrinted(path *field.Path, detail string) *field.Error {
	return field.Invalid(path, field.OmitValueType{}, detail)
}
