// Package upstream compares the verdicts of the rules with upstream's own functions,
// which the library cannot import or which are too heavy for it.
package upstream

import (
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/runtime/cel"
	celgo "github.com/google/cel-go/cel"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
)

// uses are the fields that hold an expression, and how the controllers compile it.
var uses = map[string]struct {
	object  func(expression string) runtime.Object
	options []cel.Option
}{
	"health": {func(e string) runtime.Object {
		check := kustomize.CustomHealthCheck{HealthCheckExpressions: kustomize.HealthCheckExpressions{Current: e}}
		return &kustomizev1.Kustomization{Spec: kustomizev1.KustomizationSpec{HealthCheckExprs: []kustomize.CustomHealthCheck{check}}}
	}, nil},
	"readiness": {func(e string) runtime.Object {
		return &kustomizev1.Kustomization{Spec: kustomizev1.KustomizationSpec{DependsOn: []meta.DependencyReference{{ReadyExpr: e}}}}
	}, typed(celgo.BoolType, "self", "dep")},
	"commit status": {func(e string) runtime.Object {
		return &notificationv1beta3.Provider{Spec: notificationv1beta3.ProviderSpec{CommitStatusExpr: e}}
	}, typed(celgo.StringType, "event", "alert", "provider")},
	"filter": {func(e string) runtime.Object {
		return &notificationv1.Receiver{Spec: notificationv1.ReceiverSpec{ResourceFilter: e}}
	}, typed(celgo.BoolType, "res", "req")},
	"filter with claims": {func(e string) runtime.Object {
		return &notificationv1.Receiver{Spec: notificationv1.ReceiverSpec{Type: notificationv1.GenericOIDCReceiver, ResourceFilter: e}}
	}, typed(celgo.BoolType, "res", "req", "claims")},
	"variable": {func(e string) runtime.Object {
		return oidc(notificationv1.OIDCProvider{Variables: []notificationv1.OIDCVariable{{Expression: e}}})
	}, typed(nil, "claims", "vars")},
	"validation": {func(e string) runtime.Object {
		return oidc(notificationv1.OIDCProvider{Validations: []notificationv1.OIDCValidation{{Expression: e}}})
	}, typed(celgo.BoolType, "claims", "vars")},
}

func typed(result *celgo.Type, variables ...string) []cel.Option {
	options := []cel.Option{cel.WithCompile(), cel.WithStructVariables(variables...)}
	if result != nil {
		options = append(options, cel.WithOutputType(result))
	}
	return options
}

func oidc(provider notificationv1.OIDCProvider) runtime.Object {
	return &notificationv1.Receiver{Spec: notificationv1.ReceiverSpec{OIDCProviders: []notificationv1.OIDCProvider{provider}}}
}

// FuzzExpressions: an expression is accepted by the rule of a field if the
// controller compiles it, and only then.
func FuzzExpressions(f *testing.F) {
	for _, seed := range []string{
		"true", "1", "'a'", "status.x ==", "self.status.", "req.", "self.a == dep.a", "dep.status.ready", "bool(dep.status.ready)",
		"event.a + '/' + alert.b", "string(event.a)", "(event.a + 'b').lowerAscii()", "res.metadata.labels['a'] == req.b", "claims.sub == 'a'",
		"vars.a", "vars.a == 1 && claims.b in ['c']", "has(status.conditions) && status.conditions.exists(c, c.type == 'Ready')",
		"'a'.matches('(')", "status.x.matches('[')", "[1, 'a']", "{'a': 1, 'b': 'c'}", "optional.of(1).hasValue()", "sets.contains([1], [1])",
		"base64.encode(b'a')", "timestamp('2020').getHours() == 1", "1 / 0 == 1", "dyn(1)", "a.?b.orValue(true)", "x ? 'a' : 1", "\"\\x\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		if expression == "" {
			return // each field has its own rule for that
		}
		for name, use := range uses {
			_, theirs := cel.NewExpression(expression, use.options...)
			ours := expressions.Validate(field.NewPath("spec"), use.object(expression))
			if (theirs == nil) != (len(ours) == 0) {
				t.Errorf("%s: %q\nours:     %v\nupstream: %v", name, expression, ours, theirs)
			}
		}
	})
}
