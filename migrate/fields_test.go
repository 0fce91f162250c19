package migrate_test

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A step is one part of the path to a field: a key, or the first item of a list.
type step string

const item step = "[0]"

// setting is a field of an object and a value for it.
type setting struct {
	path  []step
	value any
}

// leaves are values of types that are written as one.
var leaves = map[reflect.Type]any{
	reflect.TypeFor[metav1.Duration]():           "7m0s",
	reflect.TypeFor[resource.Quantity]():         "7",
	reflect.TypeFor[intstr.IntOrString]():        int64(7),
	reflect.TypeFor[apiextensionsv1.JSON]():      map[string]any{"x": "y"},
	reflect.TypeFor[runtime.RawExtension]():      map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "x"}},
	reflect.TypeFor[metav1.Time]():               nil,
	reflect.TypeFor[metav1.ManagedFieldsEntry](): nil,
}

// settings lists every field of a type that JSON can set, each with a value.
func settings(typ reflect.Type, path []step) []setting {
	if value, ok := leaves[typ]; ok {
		if value == nil {
			return nil
		}
		return []setting{{slices.Clone(path), value}}
	}
	switch typ.Kind() {
	case reflect.Pointer:
		return settings(typ.Elem(), path)
	case reflect.Slice:
		return settings(typ.Elem(), append(slices.Clip(path), item))
	case reflect.Map:
		return settings(typ.Elem(), append(slices.Clip(path), "x"))
	case reflect.String:
		return []setting{{slices.Clone(path), "x"}}
	case reflect.Bool:
		return []setting{{slices.Clone(path), true}}
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint8:
		return []setting{{slices.Clone(path), int64(7)}}
	case reflect.Struct:
		return fields(typ, path)
	}
	return nil
}

func fields(typ reflect.Type, path []step) []setting {
	var all []setting
	for n := range typ.NumField() {
		field := typ.Field(n)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported() || len(path) == 0 && (field.Type == reflect.TypeFor[metav1.TypeMeta]() || name == "status"):
		case name == "":
			all = append(all, settings(field.Type, path)...)
		default:
			all = append(all, settings(field.Type, append(slices.Clip(path), step(name)))...)
		}
	}
	return all
}

// serverSet are fields that the API server sets: no repository says them.
var serverSet = map[string]bool{
	"metadata.creationTimestamp": true, "metadata.generation": true, "metadata.resourceVersion": true,
	"metadata.selfLink": true, "metadata.uid": true,
}

func (s setting) String() string {
	var path string
	for _, part := range s.path {
		if part != item && path != "" {
			path += "."
		}
		path += string(part)
	}
	return path
}

// set sets the field, making what holds it.
func (s setting) set(content any, path []step) any {
	if len(path) == 0 {
		return s.value
	}
	if path[0] == item {
		list, _ := content.([]any)
		if len(list) == 0 {
			list = []any{nil}
		}
		list[0] = s.set(list[0], path[1:])
		return list
	}
	object, _ := content.(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	object[string(path[0])] = s.set(object[string(path[0])], path[1:])
	return object
}

// TestImportEveryField sets each field of each object that Build makes, one at a
// time. Import carries it over, or names it.
func TestImportEveryField(t *testing.T) {
	specs := tenanttest.Specs(t)
	for _, name := range []string{"everything", "isolation-everything", "apiserver-secret", "proxy-tokenless"} {
		objects := tenanttest.Build(t, specs[name]).Objects()
		for n, obj := range objects {
			for _, field := range settings(reflect.TypeOf(obj).Elem(), nil) {
				if !serverSet[field.String()] {
					accountedFor(t, specs[name], objects, n, field)
				}
			}
		}
	}
}

// FuzzImportField sets any field of any object that is built from any spec.
func FuzzImportField(f *testing.F) {
	specs := tenanttest.Specs(f)
	var all []string
	for name := range specs {
		all = append(all, name)
	}
	slices.Sort(all)
	for seed := range int64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed int64) {
		r := rand.New(rand.NewSource(seed))
		spec := specs[all[r.Intn(len(all))]]
		thin(r, reflect.ValueOf(&spec).Elem())
		bundle, err := tenant.Build(spec)
		if err != nil || spec.Leaving {
			return
		}
		objects := bundle.Objects()
		n := r.Intn(len(objects))
		possible := settings(reflect.TypeOf(objects[n]).Elem(), nil)
		if field := possible[r.Intn(len(possible))]; !serverSet[field.String()] {
			accountedFor(t, spec, objects, n, field)
		}
	})
}

// accountedFor checks that a field set on one of the objects is either in what the
// imported spec builds, or in the report.
func accountedFor(t *testing.T, spec tenant.Spec, objects []client.Object, n int, field setting) {
	t.Helper()
	changed := existing(t, objects)
	content := changed[n].Object.DeepCopy()
	before, _ := json.Marshal(content)
	content.Object = field.set(content.Object, field.path).(map[string]any)
	after, _ := json.Marshal(content)
	if string(before) == string(after) {
		return
	}
	changed[n].Object, changed[n].File = content, "changed.yaml"
	result, err := migrate.Import(changed, serverOf(spec.Access))
	if err != nil {
		if !strings.Contains(err.Error(), "changed.yaml") {
			t.Errorf("%s %s: the error names no file: %v", content.GetKind(), field, err)
		}
		return
	}
	for _, difference := range reported(result) {
		at, path := difference.Field, field.String()
		if difference.File == "changed.yaml" && (at == "" || at == path || strings.HasPrefix(path, at) || strings.HasPrefix(at, path)) {
			return
		}
	}
	if len(result.Tenants) == 1 && rebuilt(t, result.Tenants[0].Spec, content, objects[n], field) {
		return
	}
	t.Errorf("%s %s is neither carried over nor named", content.GetKind(), field)
}

func reported(result *migrate.Result) []migrate.Difference {
	all := slices.Clone(result.Rest)
	for _, found := range result.Tenants {
		all = append(all, found.Differences...)
	}
	return all
}

// rebuilt reports whether a spec builds an object of the same kind with the same
// value of the field.
func rebuilt(t *testing.T, spec tenant.Spec, content client.Object, typed client.Object, field setting) bool {
	bundle, err := tenant.Build(spec)
	if err != nil {
		return false
	}
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	want := reflect.New(reflect.TypeOf(typed).Elem()).Interface()
	if err := json.Unmarshal(data, want); err != nil {
		return false
	}
	for _, obj := range bundle.Objects() {
		if reflect.TypeOf(obj) == reflect.TypeOf(typed) && field.get(t, obj) == field.get(t, want) {
			return true
		}
	}
	return false
}

// get returns the field of an object as JSON, or nothing.
func (s setting) get(t *testing.T, obj any) string {
	data, err := json.Marshal(obj)
	if err != nil {
		t.Fatal(err)
	}
	var content any
	if err := json.Unmarshal(data, &content); err != nil {
		t.Fatal(err)
	}
	for _, part := range s.path {
		if list, ok := content.([]any); part == item && ok && len(list) > 0 {
			content = list[0]
			continue
		}
		object, _ := content.(map[string]any)
		content = object[string(part)]
	}
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestImportEveryFieldReach holds that the walk reaches fields deep in every kind.
func TestImportEveryFieldReach(t *testing.T) {
	found := map[string]bool{}
	specs := tenanttest.Specs(t)
	for _, obj := range append(tenanttest.Build(t, specs["everything"]).Objects(), tenanttest.Build(t, specs["impersonation"]).Objects()...) {
		for _, field := range settings(reflect.TypeOf(obj).Elem(), nil) {
			found[fmt.Sprintf("%T %s", obj, field)] = true
		}
	}
	for _, want := range []string{
		"*v1.GitRepository spec.verify.secretRef.name", "*v1.Kustomization spec.patches[0].target.kind",
		"*v1.ServiceAccount imagePullSecrets[0].name", "*v1beta2.Tenant spec.namespaceOptions.forbiddenLabels.denied[0]",
		"*v1beta2.Tenant spec.rules[0].namespaceSelector.matchLabels.x",
	} {
		if !found[want] {
			t.Errorf("the walk does not reach %s", want)
		}
	}
}
