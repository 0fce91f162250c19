package encode

import (
	"reflect"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
)

// TestUpstreamTypes makes sure that no struct of an upstream kind is left to
// encoding/json, which takes longer and keeps the nulls.
func TestUpstreamTypes(t *testing.T) {
	scheme := manifesttest.Scheme()
	seen := map[reflect.Type]bool{}
	var check func(reflect.Type)
	check = func(typ reflect.Type) {
		if seen[typ] || marshalsItself(typ) {
			return
		}
		seen[typ] = true
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
			check(typ.Elem())
		case reflect.Struct:
			if _, usual := typeFields(typ); !usual {
				t.Errorf("%s is of an unusual make", typ)
			}
			for i := range typ.NumField() {
				check(typ.Field(i).Type)
			}
		}
	}
	for _, gvk := range manifesttest.Kinds(scheme) {
		obj, err := scheme.New(gvk)
		if err != nil {
			t.Fatal(err)
		}
		check(reflect.TypeOf(obj))
	}
	if len(seen) < 500 {
		t.Errorf("only %d types were looked at", len(seen))
	}
}
