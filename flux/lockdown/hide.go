package lockdown

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// hidden are admission policies that remove artifact hosts from the status of
// Kustomizations and from events. They recognize a host by its form and so do not
// contain it.
func (p plan) hidden() []runtime.Object {
	if p.ArtifactHost == "" || !p.HideArtifactHost {
		return nil
	}
	return []runtime.Object{
		mutation("fluxcapsule-artifact-host",
			`object.?status.?conditions.orValue([]).exists(c, c.message.matches('art-[0-9a-f]{32}'))`,
			`object.status.conditions.transformList(i, c, c.message.matches('art-[0-9a-f]{32}'),
  JSONPatch{
    op: 'replace', path: '/status/conditions/' + string(i) + '/message',
    value: c.message.replace(c.message.find('art-[0-9a-f]{32}'), 'source-controller')
  })`,
			on("kustomize.toolkit.fluxcd.io", "kustomizations/status")),
		mutationBinding("fluxcapsule-artifact-host"),
		mutation("fluxcapsule-artifact-host-events",
			`object.?message.orValue('').matches('art-[0-9a-f]{32}') || object.?note.orValue('').matches('art-[0-9a-f]{32}')`,
			`['message', 'note'].filter(field, field in object && object[field].matches('art-[0-9a-f]{32}')).map(field,
  JSONPatch{
    op: 'replace', path: '/' + field,
    value: object[field].replace(object[field].find('art-[0-9a-f]{32}'), 'source-controller')
  })`,
			on("", "events"), on("events.k8s.io", "events")),
		mutationBinding("fluxcapsule-artifact-host-events"),
	}
}

func on(group, resource string) admissionv1.NamedRuleWithOperations {
	return admissionv1.NamedRuleWithOperations{RuleWithOperations: admissionv1.RuleWithOperations{
		Operations: []admissionv1.OperationType{admissionv1.Create, admissionv1.Update},
		Rule:       admissionv1.Rule{APIGroups: []string{group}, APIVersions: []string{"*"}, Resources: []string{resource}},
	}}
}

func mutation(name, condition, patch string, rules ...admissionv1.NamedRuleWithOperations) runtime.Object {
	fail := admissionv1.Fail
	return &admissionv1.MutatingAdmissionPolicy{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "MutatingAdmissionPolicy"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: admissionv1.MutatingAdmissionPolicySpec{
			FailurePolicy:      &fail,
			ReinvocationPolicy: admissionv1.NeverReinvocationPolicy,
			MatchConstraints:   &admissionv1.MatchResources{ResourceRules: rules},
			MatchConditions:    []admissionv1.MatchCondition{{Name: "names-an-artifact-host", Expression: condition}},
			Mutations: []admissionv1.Mutation{{
				PatchType: admissionv1.PatchTypeJSONPatch, JSONPatch: &admissionv1.JSONPatch{Expression: patch},
			}},
		},
	}
}

func mutationBinding(policy string) runtime.Object {
	return &admissionv1.MutatingAdmissionPolicyBinding{
		TypeMeta:   metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: "MutatingAdmissionPolicyBinding"},
		ObjectMeta: metav1.ObjectMeta{Name: policy},
		Spec:       admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: policy},
	}
}
