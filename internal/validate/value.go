package validate

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Enum checks that a value is one of those allowed; the empty string counts as unset
// and is valid.
func Enum[T ~string](at *field.Path, value T, allowed ...T) field.ErrorList {
	if value == "" || slices.Contains(allowed, value) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at, value, allowed)}
}

// Within checks a path inside a source: it may not climb out with "..", which
// earlier Flux versions followed (CVE-2022-24817, CVE-2022-24877).
func Within(at *field.Path, value string) field.ErrorList {
	slashed := strings.ReplaceAll(value, `\`, "/")
	if slices.Contains(strings.Split(slashed, "/"), "..") {
		return field.ErrorList{field.Invalid(at, value, `must not contain ".."`)}
	}
	return nil
}

// SourcePath checks a path inside a source: no "..", no URL, and no backslash,
// which is part of a name to Flux. It may be empty, which is the root of the source.
func SourcePath(at *field.Path, value string) field.ErrorList {
	if errs := Within(at, value); len(errs) > 0 {
		return errs
	}
	if strings.Contains(value, "://") {
		return field.ErrorList{field.Invalid(at, Redacted(value), "must be a path in the source, not a URL")}
	}
	if strings.Contains(value, `\`) {
		return field.ErrorList{field.Invalid(at, value, "must have / between directories, not a backslash")}
	}
	return nil
}

// RequiredEnum checks that a value is one of those allowed.
func RequiredEnum[T ~string](at *field.Path, value T, allowed ...T) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(at, "")}
	}
	return Enum(at, value, allowed...)
}

// Required checks that a value is not empty.
func Required(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(at, "")}
	}
	return nil
}

// Regexp checks a required regular expression in Go's syntax (RE2).
func Regexp(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(at, "")}
	}
	return OptionalRegexp(at, value)
}

// OptionalRegexp is Regexp for a field that may be empty.
func OptionalRegexp(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return nil
	}
	if _, err := regexp.Compile(value); err != nil {
		return field.ErrorList{field.Invalid(at, value, err.Error())}
	}
	return nil
}

// OptionalConfigMapKey checks a key of a ConfigMap or Secret that may be empty.
func OptionalConfigMapKey(at *field.Path, value string) field.ErrorList {
	if value == "" {
		return nil
	}
	var errs field.ErrorList
	for _, msg := range validation.IsConfigMapKey(value) {
		errs = append(errs, field.Invalid(at, value, msg))
	}
	return errs
}
