package model

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
)

func TestSubstituted(t *testing.T) {
	got := substituted(map[string]any{
		"bool": "${PRUNE:=true}", "number": "${N:-3}", "text": "${NAME:=app}", "unknown": "${X}", "part": "a-${X}", "plain": "x", "kept": int64(1),
		"list": []any{"${X}", "${Y:=why}", "z"}, "map": map[string]any{"a": "${X}"},
	})
	want := map[string]any{
		"bool": true, "number": float64(3), "text": "app", "part": "a-${X}", "plain": "x", "kept": int64(1),
		"list": []any{"why", "z"}, "map": map[string]any{},
	}
	if diff := cmp.Diff(any(want), got); diff != "" {
		t.Errorf("the values differ (-want +got):\n%s", diff)
	}
}

// TestVariableInTypedField: a variable where a boolean belongs does not hide the
// rest of the object.
func TestVariableInTypedField(t *testing.T) {
	for _, prune := range []string{"${PRUNE:=true}", "${PRUNE}"} {
		o := NewObject(&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "kustomize.toolkit.fluxcd.io/v1", "kind": "Kustomization",
			"metadata": map[string]any{"name": "x", "namespace": "y"},
			"spec":     map[string]any{"prune": prune, "path": "./${DIR}"},
		}}, "", 0)
		ks, ok := o.Typed.(*kustomizev1.Kustomization)
		if !ok || ks.Spec.Path != "./${DIR}" || ks.Spec.Prune != (prune == "${PRUNE:=true}") {
			t.Errorf("with prune: %s it is read as %+v, %v", prune, o.Typed, o.Broken)
		}
	}
}
