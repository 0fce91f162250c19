package apply

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestFields: a path for each value that differs.
func TestFields(t *testing.T) {
	before := map[string]any{"a": int64(1), "b": map[string]any{"c": "d", "e": []any{"f"}}, "g": "gone", "same": map[string]any{"x": true}}
	after := map[string]any{"a": int64(2), "b": map[string]any{"c": "d", "e": []any{"f", "g"}}, "new": map[string]any{"y": "z"}, "same": map[string]any{"x": true}}
	if diff := cmp.Diff([]string{"a", "b.e", "g", "new"}, fields(before, after)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := fields(before, before); got != nil {
		t.Errorf("of an object and itself: %v", got)
	}
}

// TestChangeString: a unified diff without the values of Secrets.
func TestChangeString(t *testing.T) {
	object := func(kind, value string) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": "x", "uid": "1"}, "data": map[string]any{"token": value},
		}}
	}
	change := func(kind string) Change {
		return redacted(Change{
			Object: Object{schema.GroupVersionKind{Version: "v1", Kind: kind}, client.ObjectKey{Namespace: "n", Name: "x"}},
			Action: Changed, Before: plain(object(kind, "before")), After: plain(object(kind, "after")),
		})
	}
	want := "--- ConfigMap n/x\n+++ ConfigMap n/x\n@@ -1,7 +1,7 @@\n ---\n apiVersion: v1\n data:\n-  token: before\n+  token: after\n kind: ConfigMap\n metadata:\n   name: x\n"
	if diff := cmp.Diff(want, Changes{change("ConfigMap")}.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	secret := change("Secret")
	for _, obj := range []*unstructured.Unstructured{secret.Before, secret.After} {
		if value, _, _ := unstructured.NestedString(obj.Object, "data", "token"); value != "[redacted]" {
			t.Errorf("a Secret's value is %q", value)
		}
	}
	added := change("ConfigMap")
	added.Before = nil
	want = "--- /dev/null\n+++ ConfigMap n/x\n@@ -0,0 +1,7 @@\n+---\n+apiVersion: v1\n+data:\n+  token: after\n+kind: ConfigMap\n+metadata:\n+  name: x\n"
	if diff := cmp.Diff(want, added.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestDesired: the same object, without a status and nulls.
func TestDesired(t *testing.T) {
	bundle, err := tenant.Build(tenanttest.Smallest())
	if err != nil {
		t.Fatal(err)
	}
	for _, obj := range bundle.Objects() {
		content, err := desired(obj)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := content.Object["status"]; ok {
			t.Errorf("%s has a status", content.GetKind())
		}
		if path := firstNull(content.Object); path != "" {
			t.Errorf("%s has a null at %s", content.GetKind(), path)
		}
		if content.GroupVersionKind() != obj.GetObjectKind().GroupVersionKind() || content.GetName() != obj.GetName() {
			t.Errorf("%T became %s %s", obj, content.GroupVersionKind(), content.GetName())
		}
	}
}

func firstNull(value any) string {
	switch value := value.(type) {
	case nil:
		return "."
	case map[string]any:
		for key, inner := range value {
			if path := firstNull(inner); path != "" {
				return "." + key + path
			}
		}
	case []any:
		for _, inner := range value {
			if path := firstNull(inner); path != "" {
				return "[]" + path
			}
		}
	}
	return ""
}
