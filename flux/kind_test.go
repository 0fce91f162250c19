package flux_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

type object interface {
	metav1.Object
	runtime.Object
}

// A kind is one builder and what it has to do; T is the object, O its option.
type kind[T object, O any] struct {
	build   func(...O) (T, error)
	fn      func(func(T) error) O // the kind's Func type
	nilFunc O
	options []sets[O]
	// Sets of options of which none makes sense without the others.
	together [][]O
	invalid  []refuses[O]
}

// upstreamWords: a fault in a table may end in "..." where the API server's own
// text goes on at length.
var upstreamWords = cmp.Comparer(func(a, b string) bool {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if start, ok := strings.CutSuffix(pair[0], "..."); ok && strings.HasPrefix(pair[1], start) {
			return true
		}
	}
	return a == b
})

// sets: with the option the object differs from the one without by the YAML.
type sets[O any] struct {
	option O
	yaml   string
}

// refuses: with the options the object has the faults, in the order of the
// object's fields. Where stricter says why, the CRD would take the object.
type refuses[O any] struct {
	name     string
	options  []O
	faults   []string
	stricter string
}

func with[O any](options ...O) []O { return options }

func (k kind[T, O]) test(t *testing.T) {
	t.Run("options", k.testOptions)
	t.Run("together", k.testTogether)
	t.Run("nothing shared", k.testNothingShared)
	t.Run("nil options", k.testNilOptions)
	t.Run("invalid", k.testInvalid)
	t.Run("errors of options", k.testOptionErrors)
}

func (k kind[T, O]) testOptions(t *testing.T) {
	plain := k.must(t)
	checkTypeMeta(t, plain)
	checkCRD(t, plain)
	for _, row := range k.options {
		t.Run(fmt.Sprintf("%T", row.option), func(t *testing.T) {
			got, err := k.build(row.option)
			if err != nil {
				t.Fatal(err)
			}
			want := plain.DeepCopyObject().(T)
			if err := yaml.UnmarshalStrict([]byte(row.yaml), want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%#v (-want +got):\n%s", row.option, diff)
			}
			checkCRD(t, got)
		})
	}
}

// sets are the options of both tables, each with what it needs.
func (k kind[T, O]) sets() [][]O {
	all := k.together
	for _, row := range k.options {
		all = append(all, []O{row.option})
	}
	return all
}

func (k kind[T, O]) testTogether(t *testing.T) {
	for _, options := range k.together {
		checkCRD(t, k.must(t, options...))
	}
}

func (k kind[T, O]) testNothingShared(t *testing.T) {
	for _, options := range k.sets() {
		first, second := k.must(t, options...), k.must(t, options...)
		for _, path := range sharedMemory(first, options) {
			t.Errorf("%T: the object shares %s with the option", options[0], path)
		}
		for _, path := range sharedMemory(first, second) {
			t.Errorf("%T: two objects share %s", options[0], path)
		}

		// A later option may change in place what an earlier one set. It must not
		// be handed the earlier one's own value.
		k.must(t, append(options, k.fn(func(obj T) error {
			for _, path := range sharedMemory(obj, options) {
				t.Errorf("%T: a later option is handed %s of the option's own value", options[0], path)
			}
			return nil
		}))...)
	}
}

func (k kind[T, O]) testNilOptions(t *testing.T) {
	var none O
	got := k.must(t, none, k.nilFunc)
	if diff := cmp.Diff(k.must(t), got); diff != "" {
		t.Errorf("nil options changed the object (-without +with):\n%s", diff)
	}
}

func (k kind[T, O]) testInvalid(t *testing.T) {
	for _, row := range k.invalid {
		t.Run(row.name, func(t *testing.T) {
			var unchecked T
			capture := k.fn(func(obj T) error { unchecked = obj.DeepCopyObject().(T); return nil })
			got, err := k.build(append(row.options, capture)...)
			if !reflect.ValueOf(got).IsNil() {
				t.Error("an object came with the error")
			}
			if !apierrors.IsInvalid(err) {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			if diff := cmp.Diff(row.faults, faults(err), upstreamWords); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if name := unchecked.GetNamespace() + "/" + unchecked.GetName(); !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
				t.Errorf("the error does not name %s: %v", name, err)
			}
			checkVerdict(t, unchecked, row.stricter)
		})
	}
}

func (k kind[T, O]) testOptionErrors(t *testing.T) {
	cause := errors.New("no such thing")
	_, err := k.build(
		k.fn(func(T) error { return cause }),
		k.fn(func(obj T) error { obj.SetName("Bad_Name"); return nil }),
		k.fn(func(T) error { return field.Required(field.NewPath("spec", "mine"), "") }))
	if !errors.Is(err, cause) {
		t.Errorf("%v does not wrap the option's error", err)
	}
	if got := faults(err); len(got) != 2 || !strings.HasPrefix(got[0], "spec.mine: ") || !strings.HasPrefix(got[1], "metadata.name: ") {
		t.Errorf("faults = %q, want those of spec.mine and metadata.name", got)
	}
}

func checkTypeMeta(t *testing.T, obj object) {
	t.Helper()
	gvk := obj.GetObjectKind().GroupVersionKind()
	fresh, err := scheme(t).New(gvk)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.TypeOf(fresh) != reflect.TypeOf(obj) {
		t.Errorf("%s is a %T, the TypeMeta stands on a %T", gvk, fresh, obj)
	}
}

func (k kind[T, O]) must(t *testing.T, opts ...O) T {
	t.Helper()
	obj, err := k.build(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return obj
}

// faults are the causes of an Invalid error, as "path: message".
func faults(err error) []string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	var list []string
	for _, cause := range status.Status().Details.Causes {
		list = append(list, cause.Field+": "+cause.Message)
	}
	return list
}
