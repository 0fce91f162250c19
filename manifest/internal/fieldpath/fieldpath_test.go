package fieldpath_test

import (
	"errors"
	"testing"

	kjson "sigs.k8s.io/json"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
)

func TestAt(t *testing.T) {
	cause := errors.New("no")
	err := fieldpath.At("", fieldpath.At("spec", fieldpath.At("list", fieldpath.At("[1]", fieldpath.At("name", cause)))))
	if got, want := err.Error(), "spec.list[1].name: no"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if err := fieldpath.At("spec", fieldpath.ErrTooDeep); err != fieldpath.ErrTooDeep {
		t.Errorf("got %v, want it as it was", err)
	}
	strict, err := kjson.UnmarshalStrict([]byte(`{"a":1}`), &struct{}{})
	if err != nil || len(strict) != 1 {
		t.Fatal(strict, err)
	}
	var field kjson.FieldError
	if !errors.As(fieldpath.At("spec", strict[0]), &field) || field.FieldPath() != "spec.a" {
		t.Errorf("got %v, want it at spec.a", strict[0])
	}
}
