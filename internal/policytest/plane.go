// Package policytest asks admission policies about requests without a server: by
// the API server's own evaluator, and by as much of its matching as the policies
// of this module need.
package policytest

import (
	"fmt"
	"testing"

	celgo "github.com/google/cel-go/cel"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A Plane is a control plane with only admission policies.
type Plane struct {
	validating []validating
	bindings   []*admissionv1.ValidatingAdmissionPolicyBinding
}

type validating struct {
	policy                  *admissionv1.ValidatingAdmissionPolicy
	conditions, validations cel.ConditionEvaluator
	messages                cel.ConditionEvaluator
}

// New compiles policies. An error fails the test.
func New(t testing.TB, objects []client.Object) *Plane {
	t.Helper()
	p := &Plane{}
	for _, obj := range objects {
		switch obj := obj.(type) {
		case *admissionv1.ValidatingAdmissionPolicy:
			p.validating = append(p.validating, compileValidating(t, obj))
		case *admissionv1.ValidatingAdmissionPolicyBinding:
			p.bindings = append(p.bindings, obj)
		}
	}
	return p
}

func compileValidating(t testing.TB, policy *admissionv1.ValidatingAdmissionPolicy) validating {
	t.Helper()
	compiler := newCompiler(t, policy.Spec.Variables)
	var conditions, validations, messages []cel.ExpressionAccessor
	for _, c := range policy.Spec.MatchConditions {
		conditions = append(conditions, expression{c.Name, c.Expression, celgo.BoolType})
	}
	for _, v := range policy.Spec.Validations {
		validations = append(validations, expression{v.Message, v.Expression, celgo.BoolType})
		if v.MessageExpression == "" {
			v.MessageExpression = fmt.Sprintf("%q", v.Message)
		}
		messages = append(messages, expression{v.Message, v.MessageExpression, celgo.StringType})
	}
	return validating{policy, compile(t, compiler, conditions), compile(t, compiler, validations), compile(t, compiler, messages)}
}

func newCompiler(t testing.TB, variables []admissionv1.Variable) *cel.CompositedCompiler {
	t.Helper()
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variables {
		result := compiler.CompileAndStoreVariable(expression{v.Name, v.Expression, celgo.AnyType}, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		if result.Error != nil {
			t.Fatalf("variable %s: %v", v.Name, result.Error)
		}
	}
	return compiler
}

func compile(t testing.TB, compiler *cel.CompositedCompiler, expressions []cel.ExpressionAccessor) cel.ConditionEvaluator {
	t.Helper()
	evaluator := compiler.CompileCondition(expressions, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
	for _, err := range evaluator.CompilationErrors() {
		t.Fatal(err)
	}
	return evaluator
}

// An expression is one of a policy's.
type expression struct {
	name, text string
	returns    *celgo.Type
}

func (e expression) GetName() string            { return e.name }
func (e expression) GetExpression() string      { return e.text }
func (e expression) ReturnTypes() []*celgo.Type { return []*celgo.Type{e.returns} }

// Refused lists the messages with which the policies refuse a request, each after
// the name of its policy.
func (p *Plane) Refused(t testing.TB, r Request) []string {
	t.Helper()
	a := r.ask()
	var refusals []string
	for _, v := range p.validating {
		if !a.matches(v.policy.Spec.MatchConstraints) || !p.bound(v.policy.Name, a) || !a.meets(t, v.conditions) {
			continue
		}
		messages := a.evaluate(t, v.messages)
		for i, holds := range a.evaluate(t, v.validations) {
			if holds != true {
				refusals = append(refusals, fmt.Sprint(v.policy.Name, ": ", messages[i]))
			}
		}
	}
	return refusals
}
