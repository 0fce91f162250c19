package buildtest

import (
	"reflect"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// changes returns the changes of accepted objects: none, those that every kind
// accepts, and the kind's own.
func (k Kind[T]) changes() []string {
	return append([]string{
		"",
		"metadata: {labels: {team: dev}}",
		"metadata: {annotations: {team: dev}, finalizers: [example.com/audit]}",
	}, k.Accepts...)
}

// Changed is a copy of Valid with the change, a YAML document, merged into it: maps
// key by key, where null removes the key; a list replaces the list.
func (k Kind[T]) Changed(t *testing.T, change string) T {
	t.Helper()
	obj, err := runtime.DefaultUnstructuredConverter.ToUnstructured(k.Valid)
	if err != nil {
		t.Fatal(err)
	}
	var over map[string]any
	if err := yaml.UnmarshalStrict([]byte(change), &over); err != nil {
		t.Fatal(err)
	}
	document, err := yaml.Marshal(merged(obj, over))
	if err != nil {
		t.Fatal(err)
	}
	changed := reflect.New(reflect.TypeFor[T]().Elem()).Interface().(T)
	if err := yaml.UnmarshalStrict(document, changed); err != nil {
		t.Fatal(err)
	}
	return changed
}

func merged(into, over map[string]any) map[string]any {
	if into == nil {
		into = map[string]any{}
	}
	for key, value := range over {
		switch value := value.(type) {
		case nil:
			delete(into, key)
		case map[string]any:
			below, _ := into[key].(map[string]any)
			into[key] = merged(below, value)
		default:
			into[key] = value
		}
	}
	return into
}

// gvk is the kind of T in the scheme.
func (k Kind[T]) gvk(t *testing.T) schema.GroupVersionKind {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := k.Scheme(scheme); err != nil {
		t.Fatal(err)
	}
	kinds, _, err := scheme.ObjectKinds(k.Valid)
	if err != nil || len(kinds) != 1 {
		t.Fatalf("the kinds of %T are %v: %v", k.Valid, kinds, err)
	}
	return kinds[0]
}
