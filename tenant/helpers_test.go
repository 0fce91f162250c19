package tenant_test

import (
	_ "embed"
	"time"

	"github.com/google/cel-go/cel"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
)

//go:embed testdata/ca.crt
var caPEM string

type rbacKind = rbac.OwnerKind

// intervalOf keeps a fuzzed number of milliseconds from overflowing.
func intervalOf(ms int64) time.Duration {
	return time.Duration(ms%1e9) * time.Millisecond
}

// expression is a CEL expression that gives a boolean.
type expression string

func (e expression) GetExpression() string    { return string(e) }
func (e expression) ReturnTypes() []*cel.Type { return []*cel.Type{cel.BoolType} }
