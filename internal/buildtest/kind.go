// Package buildtest is shared by the tests of all constructors: tables of accepted
// and rejected objects, each compared with the verdict of the CRDs.
package buildtest

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Object is what every constructor returns.
type Object interface {
	metav1.Object
	runtime.Object
}

// A Kind describes one constructor and its tests; T is the type of its objects.
type Kind[T Object] struct {
	// Build calls the constructor with the metadata and the spec of an object.
	Build func(T) (T, error)
	// Validate calls the package's Validate.
	Validate func(T) error
	// Scheme registers the kind.
	Scheme func(*runtime.Scheme) error
	// Valid is the smallest object that is accepted: metadata and spec, without TypeMeta
	// and without the fields that the constructor fills in.
	Valid T
	// Default sets the fields that the constructor is documented to fill in. It may be
	// nil.
	Default func(T)
	// Accepts are changes of Valid, as YAML. Each makes an accepted object.
	Accepts []string
	// Refuses are changes of Valid that make a rejected object.
	Refuses []Refuses
}

// Refuses is a change of a Kind's Valid, as YAML, and the faults that the object then
// has, each "path: message", in this order. A message may end in "...", which stands
// for the rest of the API server's text. Stricter says why the object is rejected if
// the CRD accepts it.
type Refuses struct {
	Name     string
	Change   string
	Faults   []string
	Stricter string
}

// Test runs all checks of the kind.
func (k Kind[T]) Test(t *testing.T) {
	t.Run("accepted", k.testAccepted)
	t.Run("rejected", k.testRefused)
	t.Run("empty", k.testEmpty)
}

func (k Kind[T]) testAccepted(t *testing.T) {
	for _, change := range k.changes() {
		t.Run(change, func(t *testing.T) {
			given := k.Changed(t, change)
			before := given.DeepCopyObject().(T)
			got, err := k.Build(given)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, given); diff != "" {
				t.Errorf("the constructor changed what it was given (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(k.completed(t, given), got); diff != "" {
				t.Errorf("the object (-want +got):\n%s", diff)
			}
			for _, path := range SharedMemory(got, given) {
				t.Errorf("the object shares %s with what it was made from", path)
			}
			if err := k.Validate(got); err != nil {
				t.Errorf("built, but Validate rejects it: %v", err)
			}
			CheckCRD(t, got)
		})
	}
}

func (k Kind[T]) testRefused(t *testing.T) {
	for _, row := range k.Refuses {
		t.Run(row.Name, func(t *testing.T) {
			given := k.Changed(t, row.Change)
			got, err := k.Build(given)
			if !reflect.ValueOf(got).IsNil() {
				t.Error("an object came with the error")
			}
			if !apierrors.IsInvalid(err) {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			if diff := cmp.Diff(row.Faults, Faults(err), Words); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if name := qualifiedName(given); !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
				t.Errorf("the error does not name %s: %v", name, err)
			}
			completed := k.completed(t, given)
			if diff := cmp.Diff(Faults(err), Faults(k.Validate(completed))); diff != "" {
				t.Errorf("Validate has other faults than the constructor (-constructor +Validate):\n%s", diff)
			}
			checkVerdict(t, completed, row.Stricter)
		})
	}
}

// testEmpty: empty objects are rejected without a panic.
func (k Kind[T]) testEmpty(t *testing.T) {
	zero := reflect.New(reflect.TypeFor[T]().Elem()).Interface().(T)
	if _, err := k.Build(zero); !apierrors.IsInvalid(err) {
		t.Errorf("the zero object: %v, want an Invalid error", err)
	}
	if err := k.Validate(zero); !apierrors.IsInvalid(err) {
		t.Errorf("Validate of the zero object: %v, want an Invalid error", err)
	}
	var none T
	if err := k.Validate(none); !apierrors.IsInvalid(err) {
		t.Errorf("Validate of nil: %v, want an Invalid error", err)
	}
}

// completed is the object as the constructor completes it, without validation.
func (k Kind[T]) completed(t *testing.T, given T) T {
	t.Helper()
	obj := given.DeepCopyObject().(T)
	if k.Default != nil {
		k.Default(obj)
	}
	obj.GetObjectKind().SetGroupVersionKind(k.gvk(t))
	return obj
}
