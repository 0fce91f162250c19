package policy

import (
	"strconv"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// artifactHost keeps the name of the host that serves artifacts to
// kustomize-controller out of what tenants read: the status of Kustomizations and
// Events. There is nothing to do if the host has no name of its own.
func artifactHost(host string) []Policy {
	if host == "" {
		return nil
	}
	scrub := func(expression string) string {
		return strings.NewReplacer("HOST", strconv.Quote(host), "NAME", "'source-controller'").Replace(expression)
	}
	return []Policy{mutate("fluxcapsule-artifact-host",
		scrub(`object.?status.?conditions.orValue([]).exists(c, c.message.contains(HOST))`),
		scrub(`object.status.conditions.transformList(i, c, c.message.contains(HOST),
  JSONPatch{op: 'replace', path: '/status/conditions/' + string(i) + '/message', value: c.message.replace(HOST, NAME)})`),
		writes("kustomize.toolkit.fluxcd.io", "kustomizations/status")), mutate("fluxcapsule-artifact-host-events",
		scrub(`(object.?message.orValue('') + object.?note.orValue('')).contains(HOST)`),
		scrub(`(has(object.message) ? [JSONPatch{op: 'replace', path: '/message', value: object.message.replace(HOST, NAME)}] : []) +
  (has(object.note) ? [JSONPatch{op: 'replace', path: '/note', value: object.note.replace(HOST, NAME)}] : [])`),
		writes("", "events"), writes("events.k8s.io", "events"))}
}

// mutate is a policy that changes what meets a condition, and its binding.
func mutate(name, condition, patch string, rules ...admissionv1.NamedRuleWithOperations) Policy {
	version := admissionv1.SchemeGroupVersion.String()
	return Policy{name, []client.Object{
		&admissionv1.MutatingAdmissionPolicy{
			TypeMeta:   metav1.TypeMeta{APIVersion: version, Kind: "MutatingAdmissionPolicy"},
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec: admissionv1.MutatingAdmissionPolicySpec{
				FailurePolicy:      new(admissionv1.Fail),
				ReinvocationPolicy: admissionv1.NeverReinvocationPolicy,
				MatchConstraints:   &admissionv1.MatchResources{ResourceRules: rules},
				MatchConditions:    []admissionv1.MatchCondition{{Name: "names-the-host", Expression: condition}},
				Mutations: []admissionv1.Mutation{{
					PatchType: admissionv1.PatchTypeJSONPatch,
					JSONPatch: &admissionv1.JSONPatch{Expression: patch},
				}},
			},
		},
		&admissionv1.MutatingAdmissionPolicyBinding{
			TypeMeta:   metav1.TypeMeta{APIVersion: version, Kind: "MutatingAdmissionPolicyBinding"},
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: name},
		},
	}}
}
