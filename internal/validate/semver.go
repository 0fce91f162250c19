package validate

import (
	"github.com/Masterminds/semver/v3"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// OptionalRange checks a range of semantic versions, with the library that
// Flux's controllers use. It may be empty.
func OptionalRange(path *field.Path, value string) field.ErrorList {
	if value == "" {
		return nil
	}
	if _, err := semver.NewConstraint(value); err != nil {
		return field.ErrorList{field.Invalid(path, value, "must be a version or a range of versions, such as >=1.0.0 <2.0.0")}
	}
	return nil
}

// Version is OptionalRange for a chart's version. A version that does not parse as
// a range, since its numbers have leading zeros, is still found if the chart has
// exactly this version.
func Version(path *field.Path, value string) field.ErrorList {
	if _, err := semver.NewVersion(value); err == nil {
		return nil
	}
	return OptionalRange(path, value)
}
