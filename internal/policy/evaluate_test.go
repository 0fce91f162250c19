package policy

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	celgo "github.com/google/cel-go/cel"
	admissionrequestv1 "k8s.io/api/admission/v1"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// A request is one to the API server, as a test writes it.
type request struct {
	user, groups string // the tenant's reconciler if empty; groups are separated by spaces
	old, new     string // YAML; a create has no old object, a deletion no new one
	subresource  string
	namespace    map[string]string // its labels
}

var (
	home   = map[string]string{homeLabel: "red"}
	member = map[string]string{memberLabel: "red"}
)

// refused lists the messages with which the policies answer a request, after the
// name of the policy. It is the API server's evaluator, with the matching that
// these policies need.
func refused(t *testing.T, policies []client.Object, r request) []string {
	t.Helper()
	attributes, asked := r.attributes(t)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "red", Labels: r.namespace}}
	var messages []string
	for _, obj := range policies {
		p, ok := obj.(*admissionv1.ValidatingAdmissionPolicy)
		if !ok || !matches(p.Spec.MatchConstraints, attributes, asked, r.namespace) || !bound(policies, p.Name, attributes, asked, r.namespace) {
			continue
		}
		messages = append(messages, decide(t, p, attributes, asked, namespace)...)
	}
	return messages
}

func (r request) attributes(t *testing.T) (*admission.VersionedAttributes, *admissionrequestv1.AdmissionRequest) {
	t.Helper()
	old, object := parse(t, r.old), parse(t, r.new)
	operation, known := admission.Update, object
	switch {
	case object == nil:
		operation, known = admission.Delete, old
	case old == nil:
		operation = admission.Create
	}
	gvk := known.GroupVersionKind()
	gvr := gvk.GroupVersion().WithResource(plural(gvk.Kind))
	attributes := &admission.VersionedAttributes{
		Attributes:    admission.NewAttributesRecord(object, old, gvk, known.GetNamespace(), known.GetName(), gvr, r.subresource, operation, nil, false, nil),
		VersionedKind: gvk,
	}
	if object != nil {
		attributes.VersionedObject = object
	}
	if old != nil {
		attributes.VersionedOldObject = old
	}
	user := authenticationv1.UserInfo{Username: r.user, Groups: strings.Fields(r.groups)}
	if user.Username == "" {
		user = authenticationv1.UserInfo{Username: "system:serviceaccount:red:gitops-reconciler", Groups: []string{"system:serviceaccounts", "system:serviceaccounts:red"}}
	}
	return attributes, &admissionrequestv1.AdmissionRequest{
		Operation: admissionrequestv1.Operation(operation), Namespace: known.GetNamespace(), Name: known.GetName(), UserInfo: user,
		Kind: metav1.GroupVersionKind(gvk), Resource: metav1.GroupVersionResource(gvr), SubResource: r.subresource,
	}
}

func decide(t *testing.T, p *admissionv1.ValidatingAdmissionPolicy, attributes *admission.VersionedAttributes, asked *admissionrequestv1.AdmissionRequest, namespace *corev1.Namespace) []string {
	t.Helper()
	compiler := newCompiler(t, p.Spec.Variables)
	ask := func(expressions []cel.ExpressionAccessor) []cel.EvaluationResult {
		evaluator := compiler.CompileCondition(expressions, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		for _, err := range evaluator.CompilationErrors() {
			t.Fatalf("%s: %v", p.Name, err)
		}
		results, _, err := evaluator.ForInput(context.Background(), attributes, asked, cel.OptionalVariableBindings{}, namespace, celconfig.RuntimeCELCostBudget)
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		for _, result := range results {
			if result.Error != nil {
				t.Fatalf("%s: %s: %v", p.Name, result.ExpressionAccessor.GetExpression(), result.Error)
			}
		}
		return results
	}
	var conditions, validations, messages []cel.ExpressionAccessor
	for _, c := range p.Spec.MatchConditions {
		conditions = append(conditions, expression{text: c.Expression, returns: celgo.BoolType})
	}
	for _, v := range p.Spec.Validations {
		validations = append(validations, expression{text: v.Expression, returns: celgo.BoolType})
		messages = append(messages, expression{text: v.MessageExpression, returns: celgo.StringType})
	}
	for _, result := range ask(conditions) {
		if result.EvalResult.Value() != true {
			return nil
		}
	}
	var refusals []string
	for i, result := range ask(validations) {
		if result.EvalResult.Value() == true {
			continue
		}
		message := p.Spec.Validations[i].Message
		if p.Spec.Validations[i].MessageExpression != "" {
			message = ask(messages[i : i+1])[0].EvalResult.Value().(string)
		}
		refusals = append(refusals, p.Name+": "+message)
	}
	return refusals
}

func newCompiler(t *testing.T, variables []admissionv1.Variable) *cel.CompositedCompiler {
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

func bound(policies []client.Object, policy string, attributes admission.Attributes, asked *admissionrequestv1.AdmissionRequest, namespace map[string]string) bool {
	return slices.ContainsFunc(policies, func(obj client.Object) bool {
		b, ok := obj.(*admissionv1.ValidatingAdmissionPolicyBinding)
		return ok && b.Spec.PolicyName == policy && matches(b.Spec.MatchResources, attributes, asked, namespace)
	})
}

// matches is what the API server's matcher does of what these policies use.
func matches(match *admissionv1.MatchResources, attributes admission.Attributes, asked *admissionrequestv1.AdmissionRequest, namespace map[string]string) bool {
	if match == nil {
		return true
	}
	if asked.Kind.Kind == "Namespace" {
		namespace = labelsOf(attributes.GetObject(), attributes.GetOldObject())
	} else if asked.Namespace == "" && match.NamespaceSelector != nil {
		return true // as the API server has it: a cluster-scoped object is never skipped
	}
	object := labelsOf(attributes.GetObject(), nil)
	old := labelsOf(attributes.GetOldObject(), nil)
	return selects(match.NamespaceSelector, namespace) && (selects(match.ObjectSelector, object) || selects(match.ObjectSelector, old)) &&
		(match.ResourceRules == nil || slices.ContainsFunc(match.ResourceRules, func(rule admissionv1.NamedRuleWithOperations) bool {
			resource := asked.Resource.Resource
			anyResource := slices.Contains(rule.Resources, "*")
			if asked.SubResource != "" {
				resource, anyResource = resource+"/"+asked.SubResource, slices.Contains(rule.Resources, "*/"+asked.SubResource)
			}
			return slices.Contains(rule.Operations, admissionv1.OperationType(asked.Operation)) &&
				(anyResource || slices.Contains(rule.Resources, resource)) &&
				(slices.Contains(rule.APIGroups, "*") || slices.Contains(rule.APIGroups, asked.Resource.Group)) &&
				(rule.Scope == nil || *rule.Scope != admissionv1.NamespacedScope || asked.Kind.Kind != "Namespace")
		}))
}

func labelsOf(objects ...any) map[string]string {
	for _, object := range objects {
		if u, ok := object.(*unstructured.Unstructured); ok && u != nil {
			return u.GetLabels()
		}
	}
	return nil
}

func selects(selector *metav1.LabelSelector, set map[string]string) bool {
	if selector == nil {
		return true
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && s.Matches(labels.Set(maps.Clone(set)))
}

// parse reads an object, and gives it the group of its kind.
func parse(t *testing.T, text string) *unstructured.Unstructured {
	t.Helper()
	if text == "" {
		return nil
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		t.Fatal(err)
	}
	groups := map[string]string{
		"Kustomization": "kustomize.toolkit.fluxcd.io", "HelmRelease": "helm.toolkit.fluxcd.io", "GitRepository": "source.toolkit.fluxcd.io",
		"HelmRepository": "source.toolkit.fluxcd.io", "Provider": "notification.toolkit.fluxcd.io", "RoleBinding": "rbac.authorization.k8s.io",
	}
	object.SetGroupVersionKind(schema.GroupVersionKind{Group: groups[object.GetKind()], Version: "v1", Kind: object.GetKind()})
	if object.GetKind() != "Namespace" {
		object.SetNamespace("red")
	}
	if object.GetName() == "" {
		object.SetName("x")
	}
	return object
}

func plural(kind string) string {
	lower := strings.ToLower(kind)
	if stem, ok := strings.CutSuffix(lower, "y"); ok {
		return stem + "ies"
	}
	return lower + "s"
}

// An expression is one of a policy's, with its name if it is a variable.
type expression struct {
	name, text string
	returns    *celgo.Type
}

func (e expression) GetName() string            { return e.name }
func (e expression) GetExpression() string      { return e.text }
func (e expression) ReturnTypes() []*celgo.Type { return []*celgo.Type{e.returns} }
