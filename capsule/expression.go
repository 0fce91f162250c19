package capsule

import (
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Exactly matches any of the values.
func Exactly(values ...string) capsuleruntime.ExpressionMatch {
	return capsuleruntime.ExpressionMatch{Exact: values}
}

// Matching matches a regular expression in Go's syntax. Capsule looks for it
// anywhere in the value: anchor it with ^ and $.
func Matching(expression string) capsuleruntime.ExpressionMatch {
	return capsuleruntime.ExpressionMatch{ExpressionRegex: capsuleruntime.ExpressionRegex{Expression: expression}}
}

// NotMatching matches the values that the regular expression does not match.
func NotMatching(expression string) capsuleruntime.ExpressionMatch {
	return capsuleruntime.ExpressionMatch{ExpressionRegex: capsuleruntime.ExpressionRegex{Expression: expression, Negate: true}}
}

func validateExpressions(path *field.Path, matches []capsuleruntime.ExpressionMatch) field.ErrorList {
	var errs field.ErrorList
	for i, match := range matches {
		errs = append(errs, validateExpression(path.Index(i), match)...)
	}
	return errs
}

func validateExpression(path *field.Path, match capsuleruntime.ExpressionMatch) field.ErrorList {
	if len(match.Exact) == 0 && match.Expression == "" {
		return field.ErrorList{field.Required(path, "at least one of exact or exp must be set")}
	}
	errs := validate.OptionalRegexp(path.Child("exp"), match.Expression)
	for i, value := range match.Exact {
		errs = append(errs, validate.Required(path.Child("exact").Index(i), value)...)
	}
	return errs
}
