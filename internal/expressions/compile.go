package expressions

import (
	"fmt"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/ext"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A use describes how a controller compiles an expression.
type use struct {
	// env is made when it is first needed, which takes some milliseconds.
	env func() (*cel.Env, error)
	// result is the type of the result, or nil for any.
	result *cel.Type
	// typed says that the expression is checked against the variables. An expression
	// that is not may use any name.
	typed bool
}

var (
	health       = use{env: environment()}
	ready        = use{env: environment("self", "dep"), result: cel.BoolType, typed: true}
	commitStatus = use{env: environment("event", "alert", "provider"), result: cel.StringType, typed: true}
	filter       = use{env: environment("res", "req"), result: cel.BoolType, typed: true}
	claimsFilter = use{env: environment("res", "req", "claims"), result: cel.BoolType, typed: true}
	variable     = use{env: environment("claims", "vars"), typed: true}
	validation   = use{env: variable.env, result: cel.BoolType, typed: true}
)

func environment(variables ...string) func() (*cel.Env, error) {
	return sync.OnceValues(func() (*cel.Env, error) {
		options := []cel.EnvOption{
			cel.HomogeneousAggregateLiterals(),
			cel.EagerlyValidateDeclarations(true),
			cel.DefaultUTCTimeZone(true),
			cel.CrossTypeNumericComparisons(true),
			cel.OptionalTypes(),
			ext.Strings(),
			ext.Sets(),
			ext.Encoders(),
		}
		for _, name := range variables {
			options = append(options, cel.Variable(name, cel.ObjectType("google.protobuf.Struct")))
		}
		return cel.NewEnv(options...)
	})
}

// validate checks an expression. It accepts an empty one, which the field's own rule
// checks.
func (u use) validate(path *field.Path, expression string) field.ErrorList {
	if expression == "" {
		return nil
	}
	env, err := u.env()
	if err != nil {
		return field.ErrorList{field.InternalError(path, err)}
	}
	compile := env.Parse
	if u.typed {
		compile = env.Compile
	}
	ast, issues := compile(expression)
	if issues != nil {
		first := issues.Errors()[0]
		return field.ErrorList{field.Invalid(path, expression, fmt.Sprintf(
			"must be a CEL expression: %d:%d: %s", first.Location.Line(), first.Location.Column()+1, first.Message))}
	}
	if u.result != nil && ast.OutputType() != u.result {
		return field.ErrorList{field.Invalid(path, expression, fmt.Sprintf(
			"must have a result of type %s, has %s: compare it, or write %[1]s(...)", u.result, ast.OutputType()))}
	}
	// Regular expressions that are constants are compiled here.
	if _, err := env.Program(ast, cel.EvalOptions(cel.OptOptimize)); err != nil {
		return field.ErrorList{field.Invalid(path, expression, "must be a CEL expression: "+err.Error())}
	}
	return nil
}
