package model

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
)

// TestFitted: values that a type can hold stay, others become the default.
func TestFitted(t *testing.T) {
	type inline struct {
		Kept int `json:"kept"`
	}
	type object struct {
		inline  `json:",inline"`
		Bool    *bool             `json:"bool"`
		Number  int               `json:"number"`
		Text    string            `json:"text"`
		Time    metav1.Duration   `json:"time"`
		Never   metav1.Duration   `json:"never"`
		Nested  bool              `json:"nested"`
		Numbers []int             `json:"numbers"`
		Map     map[string]string `json:"map"`
	}
	got := fitted(map[string]any{
		"bool": "${PRUNE:=true}", "number": "${N:-3}", "text": "${NAME:=app}-${X}", "time": "${T:-5m}", "never": "${MIN}m",
		"nested": "${A:-${B:-true}}", "kept": "${K:=no}", "numbers": []any{"${X}", "${Y:=2}", int64(3)}, "map": map[string]any{"a": "${X}"}, "other": "${X}",
	}, reflect.TypeFor[*object]())
	want := map[string]any{
		"bool": true, "number": float64(3), "text": "${NAME:=app}-${X}", "time": "5m",
		"numbers": []any{float64(2), int64(3)}, "map": map[string]any{"a": "${X}"}, "other": "${X}",
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
