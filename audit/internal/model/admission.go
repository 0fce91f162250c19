package model

import (
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// Admission holds the ValidatingAdmissionPolicies of the set that refuse things,
// to be asked whether they would refuse an object. The API server's own evaluator
// evaluates their expressions.
type Admission struct {
	// Unread are the policies that could not be evaluated.
	Unread []UnreadPolicy

	compiled []*policy
	tenancy  *Tenancy
}

// An UnreadPolicy is a policy, or a binding of one, that could not be evaluated.
type UnreadPolicy struct {
	Object *Object
	Reason string
}

// A Refusal is a policy that refuses an object, and what it says.
type Refusal struct{ Policy, Message string }

func newAdmission(set *Set, tenancy *Tenancy) *Admission {
	a := &Admission{tenancy: tenancy}
	bindings := a.readBindings(set)
	for o, is := range All[*admissionv1.ValidatingAdmissionPolicy](set) {
		if len(bindings[o.Ref.Name]) == 0 {
			continue
		}
		p, reason := compile(is.Spec)
		if reason != "" {
			a.Unread = append(a.Unread, UnreadPolicy{o, reason})
			continue
		}
		p.name, p.bindings = o.Ref.Name, bindings[o.Ref.Name]
		a.compiled = append(a.compiled, p)
	}
	return a
}

// readBindings returns the denying bindings of each policy.
func (a *Admission) readBindings(set *Set) map[string][]scope {
	bindings := map[string][]scope{}
	for o, is := range All[*admissionv1.ValidatingAdmissionPolicyBinding](set) {
		spec := is.Spec
		if !slices.Contains(spec.ValidationActions, admissionv1.Deny) {
			continue
		}
		s, ok := newScope(spec.MatchResources)
		if !ok || spec.ParamRef != nil || spec.MatchResources != nil && len(spec.MatchResources.ResourceRules)+len(spec.MatchResources.ExcludeResourceRules) > 0 {
			a.Unread = append(a.Unread, UnreadPolicy{o, "parameters and resource rules of a binding are not read"})
			continue
		}
		bindings[spec.PolicyName] = append(bindings[spec.PolicyName], s)
	}
	return bindings
}

// Refuses returns the policy that refuses to let the object be created, if there
// is one.
func (a *Admission) Refuses(o *Object) (Refusal, bool) {
	if len(a.compiled) == 0 {
		return Refusal{}, false
	}
	u := o.unstructured()
	namespace := a.tenancy.labelsOf(u.GetNamespace())
	for _, p := range a.compiled {
		if p.applies(u, namespace) {
			if message, refused := p.evaluate(u, namespace); refused {
				return Refusal{p.name, message}, true
			}
		}
	}
	return Refusal{}, false
}

// Open returns those of the namespaces in which no policy refuses an object like
// the probe. It expects a policy to judge the probe alike in all of them.
func (a *Admission) Open(probe map[string]any, namespaces []string) []string {
	for _, p := range a.compiled {
		refused, asked := false, false
		namespaces = slices.DeleteFunc(slices.Clone(namespaces), func(name string) bool {
			u := &unstructured.Unstructured{Object: probe}
			u.SetNamespace(name)
			namespace := a.tenancy.labelsOf(name)
			if !p.applies(u, namespace) {
				return false
			}
			if !asked {
				_, refused = p.evaluate(u, namespace)
				asked = true
			}
			return refused
		})
	}
	return namespaces
}

// A scope is the objects that a policy, or a binding of one, applies to.
type scope struct {
	namespaces, objects labels.Selector
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

func (s scope) matches(u *unstructured.Unstructured, namespace labels.Set) bool {
	return s.objects.Matches(labels.Set(u.GetLabels())) && s.namespaces.Matches(namespace)
}
