package build

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

var (
	pod = &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "web", Labels: map[string]string{"team": "dev"}},
	}
	a = field.Required(field.NewPath("spec", "a"), "")
	b = field.Invalid(field.NewPath("spec", "b"), "x", "must be y")
)

func TestObjectIsACopy(t *testing.T) {
	got, err := Object(pod, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(pod, got); diff != "" {
		t.Errorf("the copy differs (-want +got):\n%s", diff)
	}
	got.Labels["team"] = "other"
	if pod.Labels["team"] != "dev" {
		t.Error("the copy shares its labels")
	}
}

func TestObjectWithFaults(t *testing.T) {
	got, err := Object(pod, field.ErrorList{a, b})
	if got != nil {
		t.Error("an object came with the error")
	}
	want := `Pod "dev-team/web" is invalid: [spec.a: Required value, spec.b: Invalid value: "x": must be y]`
	if !apierrors.IsInvalid(err) || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	if err := Check(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "web"}}, field.ErrorList{a}); err.Error() != ` "web" is invalid: spec.a: Required value` {
		t.Errorf("error of a cluster-scoped object = %v", err)
	}
}

// Faults separates an Invalid error's faults from the rest.
func TestFaults(t *testing.T) {
	cause := errors.New("no such thing")
	invalid, other := Check(pod, field.ErrorList{a, b}), Check(pod, field.ErrorList{a})
	for name, test := range map[string]struct {
		err    error
		faults field.ErrorList
		rest   error
	}{
		"nothing":          {nil, nil, nil},
		"another error":    {cause, nil, cause},
		"invalid":          {invalid, field.ErrorList{a, b}, nil},
		"invalid and more": {errors.Join(invalid, cause, other), field.ErrorList{a, b, a}, cause},
		"wrapped":          {fmt.Errorf("%w, %w", other, cause), field.ErrorList{a}, cause},
	} {
		faults, rest := Faults(test.err)
		if diff := cmp.Diff(test.faults, faults); diff != "" {
			t.Errorf("%s: faults (-want +got):\n%s", name, diff)
		}
		if !errors.Is(rest, test.rest) || (rest == nil) != (test.rest == nil) {
			t.Errorf("%s: the rest is %v, want %v", name, rest, test.rest)
		}
	}
}

func TestMerge(t *testing.T) {
	first, second := map[string]string{"a": "1", "b": "1"}, map[string]string{"b": "2"}
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "2"}, Merge(first, nil, second)); diff != "" {
		t.Errorf("merged (-want +got):\n%s", diff)
	}
	if first["b"] != "1" || Merge(nil, map[string]string{}) != nil {
		t.Error("Merge changes what it is given, or makes an empty map")
	}
}
