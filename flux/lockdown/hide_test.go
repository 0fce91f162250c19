package lockdown_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// The policies' expressions run with the API server's own evaluator.
func TestHideArtifactHost(t *testing.T) {
	policies := map[string]*admissionv1.MutatingAdmissionPolicy{}
	for _, obj := range mustBuild(t, lockdown.Spec{ArtifactHost: host, HideArtifactHost: true}).Objects {
		if policy, ok := obj.(*admissionv1.MutatingAdmissionPolicy); ok {
			policies[policy.Name] = policy
			if strings.Contains(string(marshal(t, policy)), host) {
				t.Errorf("%s contains the host", policy.Name)
			}
		}
	}
	const status, events = "fluxcapsule-artifact-host", "fluxcapsule-artifact-host-events"
	for name, test := range map[string]struct{ policy, object, want string }{
		"status": {
			status,
			`{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, status: {conditions: [{message: fine}, {message: "GET http://HOST.flux-system/a, http://HOST/b: giving up"}]}}`,
			`{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, status: {conditions: [{message: fine}, {message: "GET http://source-controller.flux-system/a, http://source-controller/b: giving up"}]}}`,
		},
		"status without":      {status, `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, status: {conditions: [{message: art-12}]}}`, ""},
		"status of a new one": {status, `{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization}`, ""},
		"event":               {events, `{apiVersion: v1, kind: Event, message: "http://HOST/"}`, `{apiVersion: v1, kind: Event, message: "http://source-controller/"}`},
		"event, new API":      {events, `{apiVersion: events.k8s.io/v1, kind: Event, note: "http://HOST/"}`, `{apiVersion: events.k8s.io/v1, kind: Event, note: "http://source-controller/"}`},
		"event, both": {
			events,
			`{apiVersion: v1, kind: Event, message: "http://HOST/ HOST", note: "at HOST"}`,
			`{apiVersion: v1, kind: Event, message: "http://source-controller/ source-controller", note: "at source-controller"}`,
		},
		"event without message": {events, `{apiVersion: v1, kind: Event}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := mutate(t, policies[test.policy], strings.ReplaceAll(test.object, "HOST", host))
			if diff := cmp.Diff(parse(t, test.want), got); diff != "" {
				t.Errorf("mutated (-want +got):\n%s", diff)
			}
		})
	}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	var content map[string]any
	if err := yaml.Unmarshal([]byte(text), &content); err != nil {
		t.Fatal(err)
	}
	return content
}

// mutate returns the object as changed by the policy, or nil if it does not match.
func mutate(t *testing.T, policy *admissionv1.MutatingAdmissionPolicy, object string) map[string]any {
	t.Helper()
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		t.Fatal(err)
	}
	options := cel.OptionalVariableDeclarations{HasAuthorizer: true}
	obj := &unstructured.Unstructured{Object: parse(t, object)}
	gvk := obj.GroupVersionKind()
	attributes := &admission.VersionedAttributes{
		Attributes:      admission.NewAttributesRecord(obj, nil, gvk, "dev-team", "x", schema.GroupVersionResource{Group: gvk.Group, Version: gvk.Version, Resource: "x"}, "", admission.Update, nil, false, nil),
		VersionedObject: obj, VersionedKind: gvk,
	}
	condition := matchconditions.MatchCondition(policy.Spec.MatchConditions[0])
	matcher := matchconditions.NewMatcher(compiler.CompileCondition([]cel.ExpressionAccessor{&condition}, options, environment.StoredExpressions), policy.Spec.FailurePolicy, "policy", "validate", policy.Name)
	match := matcher.Match(context.Background(), attributes, nil, nil)
	if match.Error != nil {
		t.Fatal(match.Error)
	}
	if !match.Matches {
		return nil
	}
	options.HasPatchTypes = true
	patcher := patch.NewJSONPatcher(compiler.CompileMutatingEvaluator(&patch.JSONPatchCondition{Expression: policy.Spec.Mutations[0].JSONPatch.Expression}, options, environment.StoredExpressions))
	request := patch.Request{VersionedAttributes: attributes, ObjectInterfaces: admission.NewObjectInterfacesFromScheme(runtime.NewScheme())}
	mutated, err := patcher.Patch(context.Background(), request, celconfig.RuntimeCELCostBudget)
	if err != nil {
		t.Fatal(err)
	}
	return mutated.(*unstructured.Unstructured).Object
}
