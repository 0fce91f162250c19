package audit

import (
	"context"
	"slices"
	"strings"

	celgo "github.com/google/cel-go/cel"
	admissionrequestv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	apiadmission "k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// admission holds the ValidatingAdmissionPolicies of the set that refuse things,
// to be asked whether they would refuse an object. Their expressions are
// evaluated by the API server's own evaluator.
type admission struct {
	compiled []*policy
	// unread are the policies that could not be evaluated, with the reason.
	unread []unreadPolicy

	model *model
}

type unreadPolicy struct {
	object *object
	reason string
}

type policy struct {
	object     *object
	rules      []admissionv1.NamedRuleWithOperations
	scopes     []scope // of the policy and each binding that denies
	match      *admissionv1.MatchResources
	fails      bool // on an error
	conditions cel.ConditionEvaluator
	checks     cel.ConditionEvaluator
	messages   []string
}

// A scope is what a binding applies to.
type scope struct {
	namespaces, objects labels.Selector
}

func newAdmission(m *model) *admission {
	a := &admission{model: m}
	if len(m.policies) == 0 {
		return a
	}
	bindings := map[string][]scope{}
	for _, b := range m.policyBindings {
		if !slices.Contains(b.is.Spec.ValidationActions, admissionv1.Deny) {
			continue
		}
		s, ok := newScope(b.is.Spec.MatchResources)
		if !ok || b.is.Spec.ParamRef != nil || b.is.Spec.MatchResources != nil && len(b.is.Spec.MatchResources.ResourceRules)+len(b.is.Spec.MatchResources.ExcludeResourceRules) > 0 {
			a.unread = append(a.unread, unreadPolicy{b.object, "parameters and resource rules of a binding are not read"})
			continue
		}
		bindings[b.is.Spec.PolicyName] = append(bindings[b.is.Spec.PolicyName], s)
	}
	for _, o := range m.policies {
		if len(bindings[o.ref.Name]) == 0 {
			continue
		}
		p, reason := compile(o)
		if reason != "" {
			a.unread = append(a.unread, unreadPolicy{o.object, reason})
			continue
		}
		p.scopes = bindings[o.ref.Name]
		a.compiled = append(a.compiled, p)
	}
	return a
}

func newScope(match *admissionv1.MatchResources) (scope, bool) {
	s := scope{labels.Everything(), labels.Everything()}
	if match == nil {
		return s, true
	}
	var err1, err2 error
	if match.NamespaceSelector != nil {
		s.namespaces, err1 = metav1.LabelSelectorAsSelector(match.NamespaceSelector)
	}
	if match.ObjectSelector != nil {
		s.objects, err2 = metav1.LabelSelectorAsSelector(match.ObjectSelector)
	}
	return s, err1 == nil && err2 == nil
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

func compile(o of[*admissionv1.ValidatingAdmissionPolicy]) (p *policy, reason string) {
	spec := o.is.Spec
	if spec.ParamKind != nil {
		return nil, "it has parameters"
	}
	if spec.MatchConstraints == nil || len(spec.MatchConstraints.ExcludeResourceRules) > 0 {
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
		object: o.object,
		rules:  spec.MatchConstraints.ResourceRules,
		match:  spec.MatchConstraints,
		fails:  spec.FailurePolicy == nil || *spec.FailurePolicy == admissionv1.Fail,
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

// A refusal says which policy refuses an object.
type refusal struct {
	policy, message string
}

// refuses tells whether a policy refuses to let the object be created.
func (a *admission) refuses(o *object) (refusal, bool) {
	if len(a.compiled) == 0 {
		return refusal{}, false
	}
	u := o.unstructured()
	for _, p := range a.compiled {
		if p.applies(a.model, u) {
			if message, refused := p.evaluate(a.model, u); refused {
				return refusal{p.object.ref.Name, message}, true
			}
		}
	}
	return refusal{}, false
}

// open returns those of the namespaces in which no policy refuses an object like
// the probe. It takes a policy to judge the probe alike in all of them.
func (a *admission) open(probe map[string]any, namespaces []string) []string {
	for _, p := range a.compiled {
		refused, asked := false, false
		namespaces = slices.DeleteFunc(slices.Clone(namespaces), func(namespace string) bool {
			u := &unstructured.Unstructured{Object: probe}
			u.SetNamespace(namespace)
			if !p.applies(a.model, u) {
				return false
			}
			if !asked {
				_, refused = p.evaluate(a.model, u)
				asked = true
			}
			return refused
		})
	}
	return namespaces
}

func (o *object) unstructured() *unstructured.Unstructured {
	if o.raw != nil {
		return &unstructured.Unstructured{Object: o.raw}
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o.typed)
	if err != nil {
		content = map[string]any{}
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetAPIVersion(o.ref.APIVersion)
	u.SetKind(o.ref.Kind)
	return u
}

func (p *policy) applies(m *model, u *unstructured.Unstructured) bool {
	group, plural := u.GroupVersionKind().Group, plural(u.GetKind())
	matched := slices.ContainsFunc(p.rules, func(rule admissionv1.NamedRuleWithOperations) bool {
		creates := slices.ContainsFunc(rule.Operations, func(op admissionv1.OperationType) bool {
			return op == admissionv1.Create || op == admissionv1.OperationAll
		})
		return creates && len(rule.ResourceNames) == 0 &&
			anyOf(rule.APIGroups, group) && anyOf(rule.APIVersions, u.GroupVersionKind().Version) &&
			(anyOf(rule.Resources, plural) || slices.Contains(rule.Resources, "*/*"))
	})
	if !matched {
		return false
	}
	own, ok := newScope(p.match)
	return ok && own.matches(m, u) && slices.ContainsFunc(p.scopes, func(s scope) bool { return s.matches(m, u) })
}

func (s scope) matches(m *model, u *unstructured.Unstructured) bool {
	return s.objects.Matches(labels.Set(u.GetLabels())) && s.namespaces.Matches(m.labelsOf(u.GetNamespace()))
}

// labelsOf are the labels of a namespace; the API server adds its name to them.
func (m *model) labelsOf(namespace string) labels.Set {
	set := labels.Set{corev1.LabelMetadataName: namespace}
	if ns := m.namespaces[namespace]; ns != nil {
		for k, v := range ns.labels {
			set[k] = v
		}
	}
	return set
}

func (p *policy) evaluate(m *model, u *unstructured.Unstructured) (message string, refused bool) {
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
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: u.GetNamespace(), Labels: m.labelsOf(u.GetNamespace())}}
	ask := func(evaluator cel.ConditionEvaluator) ([]cel.EvaluationResult, error) {
		results, _, err := evaluator.ForInput(context.Background(), attributes, request, cel.OptionalVariableBindings{}, namespace, celconfig.RuntimeCELCostBudget)
		return results, err
	}
	conditions, err := ask(p.conditions)
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
	checks, err := ask(p.checks)
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

func anyOf(list []string, value string) bool {
	return slices.Contains(list, "*") || slices.Contains(list, value)
}

// plural is the resource of a kind, by the English that the kinds of Kubernetes,
// Flux and Capsule follow.
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
