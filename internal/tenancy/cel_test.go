package tenancy

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	celgo "github.com/google/cel-go/cel"
	admissionrequestv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

var policyClasses = []Class{References, Identities, Sources, Times}

// A compiled class holds its expressions in the API server's own evaluator.
type compiled struct {
	class       Class
	conditions  cel.ConditionEvaluator
	validations cel.ConditionEvaluator
	messages    []string
}

// compile compiles the classes once for each limits.
func compile(t testing.TB, limits Limits) []compiled {
	t.Helper()
	compiler := cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	var all []compiled
	for _, class := range policyClasses {
		c := compiled{class: class}
		var conditions, validations []cel.ExpressionAccessor
		for _, condition := range class.Conditions() {
			conditions = append(conditions, expression(condition.Expression))
		}
		for _, validation := range class.Validations(limits) {
			validations = append(validations, expression(validation.Expression))
			c.messages = append(c.messages, validation.Message)
		}
		c.conditions = compiler.CompileCondition(conditions, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		c.validations = compiler.CompileCondition(validations, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		for _, err := range slices.Concat(c.conditions.CompilationErrors(), c.validations.CompilationErrors()) {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// strictest compiles the policies without limits, once.
func strictest(t testing.TB) []compiled {
	t.Helper()
	once.Do(func() { withoutLimits = compile(t, Limits{}) })
	return withoutLimits
}

var (
	once          sync.Once
	withoutLimits []compiled
)

// refusals lists the messages with which the policies refuse an object.
func refusals(t testing.TB, classes []compiled, object *unstructured.Unstructured) []string {
	t.Helper()
	var messages []string
	for _, c := range classes {
		if !matches(c.class.ResourceRules(), object) || slices.Contains(evaluate(t, c.conditions, object), false) {
			continue
		}
		for i, holds := range evaluate(t, c.validations, object) {
			if !holds {
				messages = append(messages, c.messages[i])
			}
		}
	}
	return messages
}

func matches(rules []admissionv1.NamedRuleWithOperations, object *unstructured.Unstructured) bool {
	plural, _ := meta.UnsafeGuessKindToResource(object.GroupVersionKind())
	return slices.ContainsFunc(rules, func(rule admissionv1.NamedRuleWithOperations) bool {
		return slices.Contains(rule.APIGroups, plural.Group) && slices.Contains(rule.Resources, plural.Resource)
	})
}

func evaluate(t testing.TB, evaluator cel.ConditionEvaluator, object *unstructured.Unstructured) []bool {
	t.Helper()
	gvk := object.GroupVersionKind()
	gvr, _ := meta.UnsafeGuessKindToResource(gvk)
	attributes := &admission.VersionedAttributes{
		Attributes:      admission.NewAttributesRecord(object, nil, gvk, object.GetNamespace(), object.GetName(), gvr, "", admission.Create, nil, false, nil),
		VersionedKind:   gvk,
		VersionedObject: object,
	}
	request := &admissionrequestv1.AdmissionRequest{
		Namespace: object.GetNamespace(), Operation: admissionrequestv1.Create, Kind: metav1.GroupVersionKind(gvk),
	}
	results, _, err := evaluator.ForInput(context.Background(), attributes, request, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
	if err != nil {
		t.Fatal(err)
	}
	var holds []bool
	for _, result := range results {
		if result.Error != nil {
			t.Fatalf("%s: %v", result.ExpressionAccessor.GetExpression(), result.Error)
		}
		holds = append(holds, result.EvalResult.Value() == true)
	}
	return holds
}

// expression is one of a policy's.
type expression string

func (e expression) GetExpression() string      { return string(e) }
func (e expression) ReturnTypes() []*celgo.Type { return []*celgo.Type{celgo.BoolType} }

func TestExpressionsCompile(t *testing.T) {
	for _, limits := range []Limits{{}, {FluxNamespace: "gitops", AllowInsecure: true, AllowSecretDecryption: true, PlatformNamespaces: []string{"infra"}}} {
		compile(t, limits)
	}
}

func TestMessagesNameTheField(t *testing.T) {
	for _, class := range policyClasses {
		for _, validation := range class.Validations(Limits{}) {
			if !strings.HasPrefix(validation.Message, "spec.") && !strings.HasPrefix(validation.Message, "data") {
				t.Errorf("%q does not start with a field", validation.Message)
			}
		}
	}
}
