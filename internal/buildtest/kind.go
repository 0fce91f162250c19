// Package buildtest is what the tests of all builders have in common: tables of
// options and of refusals, checked against the CRDs, and of the fields that no
// option reaches.
package buildtest

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

	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// Object is what every builder returns.
type Object interface {
	metav1.Object
	runtime.Object
}

// A Kind is one builder and what it has to do; T is the object, O its option.
type Kind[T Object, O any] struct {
	Build   func(...O) (T, error)
	Func    func(func(T) error) O // the kind's Func type
	NilFunc O
	Scheme  func(*runtime.Scheme) error
	Options []Sets[O]
	Invalid []Refuses[O]
}

// Sets: with the option the object differs from the one without by the YAML.
type Sets[O any] struct {
	Option O
	YAML   string
}

// Refuses: with the options the object has the faults, each "path: message", in
// this order. A message may end in "..." where the API server's own text goes on
// at length. Where Stricter says why, the CRD would take the object.
type Refuses[O any] struct {
	Name     string
	Options  []O
	Faults   []string
	Stricter string
}

// With lists options, which the compiler would otherwise take for different types.
func With[O any](options ...O) []O { return options }

// Test runs all checks of the kind.
func (k Kind[T, O]) Test(t *testing.T) {
	t.Run("options", k.testOptions)
	t.Run("nothing shared", k.testNothingShared)
	t.Run("nil options", k.testNilOptions)
	t.Run("invalid", k.testInvalid)
	t.Run("errors of options", k.testOptionErrors)
}

func (k Kind[T, O]) testOptions(t *testing.T) {
	plain := k.Must(t)
	k.checkTypeMeta(t, plain)
	checkCRD(t, plain)
	for _, row := range k.Options {
		t.Run(fmt.Sprintf("%T", row.Option), func(t *testing.T) {
			got := k.Must(t, row.Option)
			want := plain.DeepCopyObject().(T)
			if err := yaml.UnmarshalStrict([]byte(row.YAML), want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%#v (-want +got):\n%s", row.Option, diff)
			}
			checkCRD(t, got)
		})
	}
}

func (k Kind[T, O]) testNothingShared(t *testing.T) {
	for _, row := range k.Options {
		first, second := k.Must(t, row.Option), k.Must(t, row.Option)
		for _, path := range SharedMemory(first, row.Option) {
			t.Errorf("%T: the object shares %s with the option", row.Option, path)
		}
		for _, path := range SharedMemory(first, second) {
			t.Errorf("%T: two objects share %s", row.Option, path)
		}
		// A later option that changes in place what an earlier one set must not
		// reach the value of the earlier one.
		k.Must(t, row.Option, k.Func(func(obj T) error {
			for _, path := range SharedMemory(obj, row.Option) {
				t.Errorf("%T: a later option is handed %s of the option's own value", row.Option, path)
			}
			return nil
		}))
	}
}

func (k Kind[T, O]) testNilOptions(t *testing.T) {
	var none O
	got := k.Must(t, none, k.NilFunc)
	if diff := cmp.Diff(k.Must(t), got); diff != "" {
		t.Errorf("nil options changed the object (-without +with):\n%s", diff)
	}
}

func (k Kind[T, O]) testInvalid(t *testing.T) {
	for _, row := range k.Invalid {
		t.Run(row.Name, func(t *testing.T) {
			var unchecked T
			capture := k.Func(func(obj T) error { unchecked = obj.DeepCopyObject().(T); return nil })
			got, err := k.Build(append(row.Options, capture)...)
			if !reflect.ValueOf(got).IsNil() {
				t.Error("an object came with the error")
			}
			if !apierrors.IsInvalid(err) {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			if diff := cmp.Diff(row.Faults, Faults(err), upstreamWords); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if name := qualifiedName(unchecked); !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
				t.Errorf("the error does not name %s: %v", name, err)
			}
			checkVerdict(t, unchecked, row.Stricter)
		})
	}
}

func (k Kind[T, O]) testOptionErrors(t *testing.T) {
	cause := errors.New("no such thing")
	_, err := k.Build(
		k.Func(func(T) error { return cause }),
		k.Func(func(obj T) error { obj.SetName("Bad_Name"); return nil }),
		k.Func(func(T) error { return field.Required(field.NewPath("spec", "mine"), "") }))
	if !errors.Is(err, cause) {
		t.Errorf("%v does not wrap the option's error", err)
	}
	if got := Faults(err); len(got) != 2 || !strings.HasPrefix(got[0], "spec.mine: ") || !strings.HasPrefix(got[1], "metadata.name: ") {
		t.Errorf("faults = %q, want those of spec.mine and metadata.name", got)
	}
}

// Must builds an object, or ends the test.
func (k Kind[T, O]) Must(t *testing.T, opts ...O) T {
	t.Helper()
	obj, err := k.Build(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return obj
}

func (k Kind[T, O]) checkTypeMeta(t *testing.T, obj T) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := k.Scheme(scheme); err != nil {
		t.Fatal(err)
	}
	gvk := obj.GetObjectKind().GroupVersionKind()
	fresh, err := scheme.New(gvk)
	if err != nil {
		t.Fatal(err)
	}
	if reflect.TypeOf(fresh) != reflect.TypeOf(obj) {
		t.Errorf("%s is a %T, the TypeMeta stands on a %T", gvk, fresh, obj)
	}
}

// checkCRD asks the API server's own code about an object that was built.
func checkCRD(t *testing.T, obj Object) {
	t.Helper()
	for _, err := range validateCRD(obj) {
		t.Errorf("the API server refuses what was built: %v", err)
	}
}

// validateCRD finds nothing wrong where there is no CRD to ask.
func validateCRD(obj Object) field.ErrorList {
	if !crd.Served(obj.GetObjectKind().GroupVersionKind()) {
		return nil
	}
	return crd.Validate(obj)
}

// checkVerdict compares the API server's verdict about an object that was
// refused here: the same, unless we mean to be stricter.
func checkVerdict(t *testing.T, obj Object, stricter string) {
	t.Helper()
	if !crd.Served(obj.GetObjectKind().GroupVersionKind()) {
		return
	}
	errs := crd.Validate(obj)
	switch {
	case stricter == "" && len(errs) == 0:
		t.Error("the API server takes it, and no reason is given to be stricter")
	case stricter != "" && len(errs) > 0:
		t.Errorf("said to be stricter than the API server (%s), but that refuses it too: %v", stricter, errs)
	}
}

// Faults are the causes of an Invalid error, as "path: message".
func Faults(err error) []string {
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

var upstreamWords = cmp.Comparer(func(a, b string) bool {
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		if start, ok := strings.CutSuffix(pair[0], "..."); ok && strings.HasPrefix(pair[1], start) {
			return true
		}
	}
	return a == b
})

func qualifiedName(obj Object) string {
	if obj.GetNamespace() == "" {
		return obj.GetName()
	}
	return obj.GetNamespace() + "/" + obj.GetName()
}
