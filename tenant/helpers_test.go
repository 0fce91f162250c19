package tenant_test

import (
	_ "embed"

	"github.com/google/cel-go/cel"
)

// expression is a CEL expression that gives a boolean.
type expression string

func (e expression) GetExpression() string    { return string(e) }
func (e expression) ReturnTypes() []*cel.Type { return []*cel.Type{cel.BoolType} }
