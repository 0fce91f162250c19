package model

import (
	"context"
	"slices"
	"strings"

	celgo "github.com/google/cel-go/cel"
	admissionrequestv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	apiadmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A policy is a ValidatingAdmissionPolicy whose expressions are compiled.
type policy struct {
	name       string
	rules      []admissionv1.NamedRuleWithOperations
	own        scope   // of the policy
	bindings   []scope // of each binding that denies
	fails      bool    // on an error
	conditions cel.ConditionEvaluator
	checks     cel.ConditionEvaluator
	messages   []string
}

// expression is one of a policy's.
type expression string

// GetExpression implements cel.ExpressionAccessor.
func (e expression) GetExpression() string { return string(e) }

// ReturnTypes implements cel.ExpressionAccessor.
func (e expression) ReturnTypes() []*celgo.Type { return []*celgo.Type{celgo.BoolType} }

// variable is a named expression of a policy.
type variable admissionv1.Variable

// GetName implements cel.NamedExpressionAccessor.
func (v variable) GetName() string { return v.Name }

// GetExpression implements cel.NamedExpressionAccessor.
func (v variable) GetExpression() string { return v.Expression }

// ReturnTypes implements cel.NamedExpressionAccessor.
func (v variable) ReturnTypes() []*celgo.Type { return []*celgo.Type{celgo.AnyType, celgo.DynType} }

// compile returns a policy, or the reason why it cannot be evaluated.
func compile(spec admissionv1.ValidatingAdmissionPolicySpec) (p *policy, reason string) {
	if spec.ParamKind != nil {
		return nil, "it has parameters"
	}
	own, ok := newScope(spec.MatchConstraints)
	if spec.MatchConstraints == nil || !ok || len(spec.MatchConstraints.ExcludeResourceRules) > 0 {
		return nil, "its match constraints are not read"
	}
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, err.Error()
	}
	var variables []cel.NamedExpressionAccessor
	for i := range spec.Variables {
		variables = append(variables, (*variable)(&spec.Variables[i]))
	}
	compiler.CompileAndStoreVariables(variables, cel.OptionalVariableDeclarations{}, environment.StoredExpressions)

	p = &policy{
		rules: spec.MatchConstraints.ResourceRules,
		own:   own,
		fails: spec.FailurePolicy == nil || *spec.FailurePolicy == admissionv1.Fail,
	}
	var conditions, checks []cel.ExpressionAccessor
	for _, condition := range spec.MatchConditions {
		conditions = append(conditions, expression(condition.Expression))
	}
	for _, validation := range spec.Validations {
		checks = append(checks, expression(validation.Expression))
		p.messages = append(p.messages, validation.Message)
	}
	p.conditions = compiler.CompileCondition(conditions, cel.OptionalVariableDeclarations{}, environment.StoredExpressions)
	p.checks = compiler.CompileCondition(checks, cel.OptionalVariableDeclarations{}, environment.StoredExpressions)
	for _, err := range slices.Concat(p.conditions.CompilationErrors(), p.checks.CompilationErrors()) {
		return nil, "an expression does not compile: " + err.Error()
	}
	return p, ""
}

// applies reports whether the policy is asked about the creation of an object.
func (p *policy) applies(u *unstructured.Unstructured, namespace labels.Set) bool {
	group, plural := u.GroupVersionKind().Group, plural(u.GetKind())
	matched := slices.ContainsFunc(p.rules, func(rule admissionv1.NamedRuleWithOperations) bool {
		creates := slices.ContainsFunc(rule.Operations, func(op admissionv1.OperationType) bool {
			return op == admissionv1.Create || op == admissionv1.OperationAll
		})
		return creates && len(rule.ResourceNames) == 0 &&
			anyOf(rule.APIGroups, group) && anyOf(rule.APIVersions, u.GroupVersionKind().Version) &&
			(anyOf(rule.Resources, plural) || slices.Contains(rule.Resources, "*/*"))
	})
	return matched && p.own.matches(u, namespace) &&
		slices.ContainsFunc(p.bindings, func(s scope) bool { return s.matches(u, namespace) })
}

// evaluate reports whether the policy refuses the creation of an object, and with
// which words.
func (p *policy) evaluate(u *unstructured.Unstructured, namespace labels.Set) (message string, refused bool) {
	conditions, err := ask(p.conditions, u, namespace)
	if err != nil {
		return err.Error(), p.fails
	}
	for _, result := range conditions {
		if result.Error != nil {
			return result.Error.Error(), p.fails
		}
		if result.EvalResult.Value() != true {
			return "", false
		}
	}
	checks, err := ask(p.checks, u, namespace)
	if err != nil {
		return err.Error(), p.fails
	}
	for i, result := range checks {
		if result.Error != nil && p.fails {
			return result.Error.Error(), true
		}
		if result.Error == nil && result.EvalResult.Value() != true {
			return p.messages[i], true
		}
	}
	return "", false
}

// ask evaluates expressions for the creation of an object.
func ask(evaluator cel.ConditionEvaluator, u *unstructured.Unstructured, labels labels.Set) ([]cel.EvaluationResult, error) {
	gvk := u.GroupVersionKind()
	gvr := gvk.GroupVersion().WithResource(plural(gvk.Kind))
	attributes := &apiadmission.VersionedAttributes{
		Attributes:      apiadmission.NewAttributesRecord(u, nil, gvk, u.GetNamespace(), u.GetName(), gvr, "", apiadmission.Create, nil, false, nil),
		VersionedKind:   gvk,
		VersionedObject: u,
	}
	request := &admissionrequestv1.AdmissionRequest{
		Namespace: u.GetNamespace(), Name: u.GetName(), Operation: admissionrequestv1.Create,
		Kind:     metav1.GroupVersionKind(gvk),
		Resource: metav1.GroupVersionResource(gvr),
		UserInfo: askedBy(u),
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: u.GetNamespace(), Labels: labels}}
	results, _, err := evaluator.ForInput(context.Background(), attributes, request, cel.OptionalVariableBindings{}, namespace, celconfig.RuntimeCELCostBudget)
	return results, err
}

// askedBy returns who makes the object: the platform, if it has the platform's
// mark, and an account of its namespace otherwise.
func askedBy(u *unstructured.Unstructured) authenticationv1.UserInfo {
	if _, marked := u.GetLabels()[names.TenantLabel]; marked {
		return authenticationv1.UserInfo{Username: "admin", Groups: []string{"system:masters", "system:authenticated"}}
	}
	return authenticationv1.UserInfo{
		Username: names.User(u.GetNamespace(), "default"),
		Groups:   []string{"system:serviceaccounts", names.Group(u.GetNamespace()), "system:authenticated"},
	}
}

func anyOf(list []string, value string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, value)
}

// plural returns the resource of a kind, by the English that the kinds of
// Kubernetes, Flux and Capsule follow.
func plural(kind string) string {
	lower := strings.ToLower(kind)
	switch {
	case strings.HasSuffix(lower, "y"):
		return strings.TrimSuffix(lower, "y") + "ies"
	case strings.HasSuffix(lower, "s"):
		return lower + "es"
	}
	return lower + "s"
}
