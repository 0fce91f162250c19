package manifest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	kjson "sigs.k8s.io/json"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
)

// FuzzRoundTrip holds Write and Read to their promise for every kind, typed
// and unstructured: what is read is what was written.
func FuzzRoundTrip(f *testing.F) {
	scheme := manifesttest.Scheme()
	kinds := manifesttest.Kinds(scheme)
	for i := range kinds {
		f.Add(i, int64(i))
	}
	f.Fuzz(func(t *testing.T, kind int, seed int64) {
		gvk := kinds[uint(kind)%uint(len(kinds))]
		want := manifesttest.Fill(t, scheme, gvk, seed)
		roundTrip(t, scheme, want)

		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		u := &unstructured.Unstructured{}
		if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &u.Object); err != nil {
			t.Fatal(err)
		}
		delete(u.Object, "status")
		if m, ok := u.Object["metadata"].(map[string]any); ok && m["creationTimestamp"] == nil {
			delete(m, "creationTimestamp")
		}
		roundTrip(t, nil, u)
	})
}

func roundTrip(t *testing.T, scheme *runtime.Scheme, want runtime.Object) {
	t.Helper()
	before := want.DeepCopyObject()
	var stream bytes.Buffer
	if err := manifest.Write(&stream, want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(before, want) {
		t.Fatalf("Write changed the %T", want)
	}
	text := stream.String()
	got, err := manifest.Read(&stream, scheme)
	if err != nil {
		t.Fatalf("%v\nin:\n%s", err, text)
	}
	if len(got) != 1 {
		t.Fatalf("%d objects, want 1, in:\n%s", len(got), text)
	}
	if diff := cmp.Diff(want, got[0], sameValue); diff != "" {
		t.Errorf("%T read (+) is not what was written (-):\n%s\nthrough:\n%s", want, diff, text)
	}
}

// TestDepth reads back what is nested as deep as can be written, and one level
// more can neither be written nor read.
func TestDepth(t *testing.T) {
	nested := func(levels int, wrap func(any) any) *unstructured.Unstructured {
		var v any = "x"
		for range levels - 1 {
			v = wrap(v)
		}
		return &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "X", "a": v}}
	}
	for name, wrap := range map[string]func(any) any{
		"mappings": func(v any) any { return map[string]any{"k": v} },
		"lists":    func(v any) any { return []any{v} },
		"odd keys": func(v any) any { return map[string]any{"on": v, "b": "yes"} },
	} {
		var stream bytes.Buffer
		want := nested(500, wrap)
		if err := manifest.Write(&stream, want); err != nil {
			t.Fatalf("500 %s: %v", name, err)
		}
		got, err := manifest.Read(&stream, nil)
		if err != nil {
			t.Fatalf("500 %s: %v", name, err)
		}
		if !reflect.DeepEqual(got[0], runtime.Object(want)) { // cmp takes for ever
			t.Errorf("500 %s are not read as they were written", name)
		}
		if err := manifest.Write(io.Discard, nested(501, wrap)); err == nil {
			t.Errorf("501 %s are written", name)
		}
	}
	text := "apiVersion: v1\nkind: X\na: " + strings.Repeat("[", 500) + strings.Repeat("]", 500) + "\n"
	if _, err := manifest.Read(strings.NewReader(text), nil); err == nil {
		t.Error("501 levels are read")
	}
}

// sameValue compares everything, unexported fields too, but free-form JSON by
// what it says: neither the API server nor any client keeps the order of its
// keys, or which characters it escapes.
var sameValue = cmp.Options{
	cmp.Exporter(func(reflect.Type) bool { return true }),
	cmp.Transformer("JSON", func(j apiextensionsv1.JSON) any { return decoded(j.Raw) }),
	cmp.Transformer("RawExtension", func(j runtime.RawExtension) any { return decoded(j.Raw) }),
}

func decoded(raw []byte) (v any) {
	if raw == nil {
		return nil
	}
	utilruntime.Must(kjson.UnmarshalCaseSensitivePreserveInts(raw, &v))
	return v
}
