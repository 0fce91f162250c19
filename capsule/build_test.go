package capsule_test

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

	"github.com/fluxcapsule/fluxcapsule/internal/crd"
)

// object is what every builder returns.
type object interface {
	metav1.Object
	runtime.Object
}

// accepted fails the test unless the object was built, has its TypeMeta, and
// passes the CRD and its CEL rules.
func accepted(t *testing.T, obj object, err error, kind string) {
	t.Helper()
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	if got, want := obj.GetObjectKind().GroupVersionKind().String(), "capsule.clastix.io/v1beta2, Kind="+kind; got != want {
		t.Errorf("TypeMeta is %s, want %s", got, want)
	}
	if errs := crd.Validate(obj); len(errs) > 0 {
		t.Errorf("the API server refuses what was built: %v", errs.ToAggregate())
	}
}

// A fault is what is wrong with a field: its path, and how the message begins.
type fault struct{ path, message string }

// refused fails the test unless there is no object, and an error of the API
// server's kind with exactly these faults, in this order.
func refused(t *testing.T, obj object, err error, want ...fault) {
	t.Helper()
	if !reflect.ValueOf(obj).IsNil() {
		t.Errorf("an object is returned beside the error")
	}
	if !apierrors.IsInvalid(err) {
		t.Fatalf("error is %v, want one that is Invalid", err)
	}
	var status apierrors.APIStatus
	errors.As(err, &status)
	var got []fault
	for i, cause := range status.Status().Details.Causes {
		message := cause.Message
		if i < len(want) && strings.HasPrefix(message, want[i].message) {
			message = want[i].message
		}
		got = append(got, fault{cause.Field, message})
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(fault{})); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
}

// independent fails the test if writing to one object that build returns shows
// in the next one: they would share memory with each other or with an option.
func independent[T object](t *testing.T, build func() (T, error)) {
	t.Helper()
	first, err := build()
	if err != nil {
		t.Fatal(err)
	}
	want := first.DeepCopyObject()
	scribble(reflect.ValueOf(first))
	second, err := build()
	if err != nil {
		t.Fatalf("after the first object was written to: %v", err)
	}
	if diff := cmp.Diff(want, runtime.Object(second)); diff != "" {
		t.Errorf("the second object shows what was written to the first (-want +got):\n%s", diff)
	}
}

// scribble overwrites every string, number and flag that can be reached from v.
func scribble(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			scribble(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				scribble(v.Field(i))
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			scribble(v.Index(i))
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			scribble(value)
			v.SetMapIndex(key, value)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("scribbled ", v.String()))
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int32, reflect.Int64:
		v.SetInt(v.Int() + 1)
	case reflect.Uint8:
		v.SetUint(v.Uint() ^ 1)
	}
}
