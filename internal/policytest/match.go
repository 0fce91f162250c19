package policytest

import (
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
)

// bound reports whether a binding applies a policy to the request.
func (p *Plane) bound(policy string, a asked) bool {
	return slices.ContainsFunc(p.bindings, func(b *admissionv1.ValidatingAdmissionPolicyBinding) bool {
		return b.Spec.PolicyName == policy && a.matches(b.Spec.MatchResources)
	})
}

// matches implements the part of the API server's matcher that the policies use.
func (a asked) matches(match *admissionv1.MatchResources) bool {
	if match == nil {
		return true
	}
	return a.namespaceMatches(match.NamespaceSelector) &&
		(selects(match.ObjectSelector, a.New) || selects(match.ObjectSelector, a.Old)) &&
		(match.ResourceRules == nil || slices.ContainsFunc(match.ResourceRules, a.ruleMatches))
}

// namespaceMatches uses the labels of a Namespace itself; other cluster-scoped
// objects match every selector.
func (a asked) namespaceMatches(selector *metav1.LabelSelector) bool {
	switch {
	case a.request.Kind.Kind == "Namespace":
		return selects(selector, a.New) || selects(selector, a.Old)
	case a.request.Namespace == "":
		return true
	}
	return selects(selector, &unstructured.Unstructured{Object: map[string]any{"metadata": map[string]any{"labels": unstructuredLabels(a.Namespace)}}})
}

func unstructuredLabels(set map[string]string) map[string]any {
	converted := map[string]any{}
	for key, value := range set {
		converted[key] = value
	}
	return converted
}

func (a asked) ruleMatches(rule admissionv1.NamedRuleWithOperations) bool {
	resource, all := a.request.Resource.Resource, "*"
	if a.request.SubResource != "" {
		resource, all = resource+"/"+a.request.SubResource, "*/"+a.request.SubResource
	}
	return slices.Contains(rule.Operations, admissionv1.OperationType(a.request.Operation)) &&
		(slices.Contains(rule.Resources, all) || slices.Contains(rule.Resources, resource)) &&
		(slices.Contains(rule.APIGroups, "*") || slices.Contains(rule.APIGroups, a.request.Resource.Group)) &&
		(rule.Scope == nil || *rule.Scope != admissionv1.NamespacedScope || a.request.Namespace != "")
}

func selects(selector *metav1.LabelSelector, object *unstructured.Unstructured) bool {
	if selector == nil {
		return true
	}
	s, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && object != nil && s.Matches(labels.Set(object.GetLabels()))
}
