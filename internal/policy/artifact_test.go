package policy

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/mutation"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// TestArtifactHost evaluates the patches as the API server does.
func TestArtifactHost(t *testing.T) {
	const status = `{kind: Kustomization, status: {conditions: [{type: A, message: fine}, {type: B, message: "GET http://art-1.flux-system.svc/a giving up"}, {type: C, message: "art-1.flux-system.svc art-1.flux-system.svc"}]}}`
	for name, test := range map[string]struct {
		request
		want []string
	}{
		"status": {request{old: status, new: status, subresource: "status"}, []string{
			"replace /status/conditions/1/message GET http://source-controller/a giving up",
			"replace /status/conditions/2/message source-controller source-controller",
		}},
		"status without it": {request{new: `{kind: Kustomization, status: {conditions: [{type: A, message: fine}]}}`, subresource: "status"}, nil},
		"no status":         {request{new: `{kind: Kustomization}`, subresource: "status"}, nil},
		"event":             {request{new: `{kind: Event, message: "at art-1.flux-system.svc"}`}, []string{"replace /message at source-controller"}},
		"event of the new API": {request{new: `{kind: Event, note: "at art-1.flux-system.svc", message: x}`}, []string{
			"replace /message x",
			"replace /note at source-controller",
		}},
		"another event":  {request{new: `{kind: Event, message: fine}`}, nil},
		"another object": {request{new: `{kind: ConfigMap, message: art-1.flux-system.svc}`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, patched(t, Objects(Spec{ArtifactHost: "art-1.flux-system.svc"}), test.request)); diff != "" {
				t.Error(diff)
			}
		})
	}
	if slices.ContainsFunc(Objects(Spec{}), func(obj client.Object) bool { return obj.GetName() == "fluxcapsule-artifact-host" }) {
		t.Error("there is a policy without a host")
	}
}

// patched lists what the policies change.
func patched(t *testing.T, policies []client.Object, r request) []string {
	t.Helper()
	attributes, asked := r.attributes(t)
	var changes []string
	for _, obj := range policies {
		p, ok := obj.(*admissionv1.MutatingAdmissionPolicy)
		if !ok || !matches(p.Spec.MatchConstraints, attributes, asked, nil) {
			continue
		}
		compiler := newCompiler(t, nil)
		condition := compiler.CompileCondition([]cel.ExpressionAccessor{expression{text: p.Spec.MatchConditions[0].Expression, returns: celgo.BoolType}}, cel.OptionalVariableDeclarations{}, environment.NewExpressions)
		results, _, err := condition.ForInput(context.Background(), attributes, asked, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
		if err != nil || results[0].Error != nil {
			t.Fatal(err, results)
		}
		if results[0].EvalResult.Value() != true {
			continue
		}
		patch := compiler.CompileMutatingEvaluator(expression{text: p.Spec.Mutations[0].JSONPatch.Expression, returns: celgo.ListType(types.NewObjectType("JSONPatch"))},
			cel.OptionalVariableDeclarations{HasPatchTypes: true}, environment.NewExpressions)
		result, _, err := patch.ForInput(context.Background(), attributes, asked, cel.OptionalVariableBindings{}, nil, celconfig.RuntimeCELCostBudget)
		if err != nil || result.Error != nil {
			t.Fatal(err, result.Error)
		}
		native, err := result.EvalResult.ConvertToNative(reflect.TypeFor[[]*mutation.JSONPatchVal]())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range native.([]*mutation.JSONPatchVal) {
			changes = append(changes, fmt.Sprint(p.Op, " ", p.Path, " ", p.Val.Value()))
		}
	}
	return changes
}
