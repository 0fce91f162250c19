package build

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

type option func(*corev1.Pod) error

// However an option puts several errors into one, all of them are listed.
func TestWithOptionsListsJoinedErrors(t *testing.T) {
	a, b := field.Required(field.NewPath("a"), ""), field.Required(field.NewPath("b"), "")
	cause := errors.New("no such thing")
	for name, err := range map[string]error{
		"errors.Join":  errors.Join(a, cause, errors.Join(b)),
		"an aggregate": errors.Join(field.ErrorList{a, b}.ToAggregate(), cause),
		"wrapped":      fmt.Errorf("%w, %w, %w", a, b, cause),
	} {
		pod := &corev1.Pod{TypeMeta: metav1.TypeMeta{Kind: "Pod"}, ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "web"}}
		opts := []option{nil, func(*corev1.Pod) error { return err }}
		got, err := WithOptions(pod, opts,
			func(o option, pod *corev1.Pod) error {
				if o == nil {
					return nil
				}
				return o(pod)
			},
			func(*corev1.Pod) field.ErrorList { return nil })
		if got != nil {
			t.Errorf("%s: an object came with the error", name)
		}
		if !apierrors.IsInvalid(err) || !errors.Is(err, cause) {
			t.Errorf("%s: %v is not Invalid, or does not wrap the cause", name, err)
		}
		var status apierrors.APIStatus
		if !errors.As(err, &status) {
			t.Fatalf("%s: no status in %v", name, err)
		}
		var fields []string
		for _, cause := range status.Status().Details.Causes {
			fields = append(fields, cause.Field)
		}
		if want := []string{"a", "b"}; !slices.Equal(fields, want) {
			t.Errorf("%s: faults of %q, want %q", name, fields, want)
		}
	}
}
