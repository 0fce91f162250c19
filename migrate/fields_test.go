package migrate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

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
// imported spec builds, or in the report; and so every field of every object that is
// not built as it was.
func accountedFor(t *testing.T, spec tenant.Spec, objects []client.Object, n int, field setting) {
	t.Helper()
	changed := existing(t, objects)
	content := changed[n].Object.DeepCopy()
	before, err1 := json.Marshal(content)
	content.Object = field.set(content.Object, field.path).(map[string]any)
	after, err2 := json.Marshal(content)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
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
	r := newReport(result)
	if len(result.Tenants) != 1 || result.Tenants[0].Err != nil {
		if !r.names(content, field.String()) {
			t.Errorf("%s %s is not named, and no tenant is complete: %v", content.GetKind(), field, result.Tenants)
		}
		return
	}
	built := map[string]client.Object{}
	for _, obj := range tenanttest.Build(t, result.Tenants[0].Spec).Objects() {
		built[idOf(obj)] = obj
	}
	for m, obj := range objects {
		for _, path := range differences(t, changed[m].Object, obj, built[idOf(changed[m].Object)]) {
			if !r.names(changed[m].Object, path) {
				t.Errorf("%s %s set: %s %s is neither carried over nor named", content.GetKind(), field, idOf(obj), path)
			}
		}
	}
}

// idOf is the name of an object in a report.
func idOf(obj client.Object) string {
	kind := obj.GetObjectKind().GroupVersionKind().Kind
	if obj.GetNamespace() == "" {
		return kind + " " + obj.GetName()
	}
	return kind + " " + obj.GetNamespace() + "/" + obj.GetName()
}

// A report holds what is reported of each object: fields, and "" for the whole.
type report map[string][]string

func newReport(result *migrate.Result) report {
	r := report{}
	for _, found := range append([]migrate.Tenant{{Differences: result.Rest}}, result.Tenants...) {
		for _, d := range found.Differences {
			r[d.Object] = append(r[d.Object], d.Field)
		}
	}
	return r
}

// names reports whether a field, or what holds it, or a part of it is named; or the
// whole object.
func (r report) names(obj client.Object, path string) bool {
	within := func(path, field string) bool {
		rest, ok := strings.CutPrefix(path, field)
		return ok && (rest == "" || field == "" || rest[0] == '.' || rest[0] == '[')
	}
	return slices.ContainsFunc(r[idOf(obj)], func(field string) bool {
		return within(path, field) || field != "" && within(field, path)
	})
}

// differences returns the fields in which an object differs from what is built in its
// place, which may be nothing. Both are read into the type of an object.
func differences(t *testing.T, content, typed, built client.Object) []string {
	t.Helper()
	if built == nil {
		return []string{""}
	}
	data, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	had := reflect.New(reflect.TypeOf(typed).Elem()).Interface().(client.Object)
	if err := json.Unmarshal(data, had); err != nil {
		return []string{""}
	}
	for _, obj := range []client.Object{had, built} {
		obj.SetCreationTimestamp(metav1.Time{})
		obj.SetManagedFields(nil)
	}
	var paths []string
	differing("", jsonOf(t, had), jsonOf(t, built), &paths)
	return paths
}

func jsonOf(t *testing.T, obj any) map[string]any {
	t.Helper()
	data, err := json.Marshal(obj)
	if err != nil {
		t.Fatal(err)
	}
	var content map[string]any
	if err := json.Unmarshal(data, &content); err != nil {
		t.Fatal(err)
	}
	delete(content, "status")
	return content
}

// differing adds the paths of the innermost values that differ.
func differing(path string, a, b any, paths *[]string) {
	aMap, aIsMap := a.(map[string]any)
	bMap, bIsMap := b.(map[string]any)
	aList, aIsList := a.([]any)
	bList, bIsList := b.([]any)
	switch {
	case reflect.DeepEqual(a, b):
	case (aIsMap || a == nil) && (bIsMap || b == nil):
		both := maps.Clone(aMap)
		if both == nil {
			both = map[string]any{}
		}
		maps.Copy(both, bMap)
		for key := range both {
			sub := strings.TrimPrefix(path+"."+key, ".")
			if strings.ContainsAny(key, "./") {
				sub = path + "[" + key + "]"
			}
			differing(sub, aMap[key], bMap[key], paths)
		}
	case aIsList && bIsList && len(aList) == len(bList):
		for n := range aList {
			differing(fmt.Sprintf("%s[%d]", path, n), aList[n], bList[n], paths)
		}
	default:
		*paths = append(*paths, path)
	}
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
