package audit_test

import (
	"bytes"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// FuzzCheck: for any objects, the audit does not panic, does not change them, gives
// the same findings in any order of them, and every output can be written.
func FuzzCheck(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	tenants := readFile(f, "testdata/with/tenants.yaml")
	f.Fuzz(func(t *testing.T, text []byte) {
		objects, err := manifest.Read(bytes.NewReader(text), nil)
		if err != nil {
			return
		}
		inputs := append(audit.Inputs(objects), tenants...)
		copies := make([]runtime.Object, len(inputs))
		for i, in := range inputs {
			copies[i] = in.Object.DeepCopyObject()
		}
		report := audit.Check(inputs)
		for i, in := range inputs {
			if diff := cmp.Diff(copies[i], in.Object, cmp.AllowUnexported(manifest.Encrypted{})); diff != "" {
				t.Fatalf("object %d was changed:\n%s", i, diff)
			}
		}
		reversed := make([]audit.Input, len(inputs))
		for i, in := range inputs {
			reversed[len(inputs)-1-i] = in
		}
		if diff := cmp.Diff(report.Findings, audit.Check(reversed).Findings); diff != "" && !twice(report.Findings) {
			t.Fatalf("the findings depend on the order:\n%s", diff)
		}
		for _, write := range []func(io.Writer, *audit.Report) error{audit.WriteText, audit.WriteJSON, audit.WriteSARIF, audit.WriteMermaid} {
			if err := write(io.Discard, report); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// twice reports whether an object is duplicated. Of two that say nothing of where
// they come from, the order alone tells which is meant.
func twice(findings []audit.Finding) bool {
	for _, f := range findings {
		if f.Rule == "duplicate-object" {
			return true
		}
	}
	return false
}

// TestMutilated takes every field of every test set away, and puts null in its
// place: what is required by a CRD may be missing in a file.
func TestMutilated(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*/hole.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no sets", err)
	}
	for _, file := range files {
		inputs := readFile(t, file)
		for _, in := range inputs {
			object := in.Object.(*unstructured.Unstructured).Object
			eachField(object, func(parent map[string]any, field string) {
				value := parent[field]
				defer func() {
					parent[field] = value
					if r := recover(); r != nil {
						t.Errorf("%s: without %s: %v\n%s", file, field, r, debug.Stack())
					}
				}()
				delete(parent, field)
				audit.Check(inputs)
				parent[field] = nil
				audit.Check(inputs)
			})
		}
	}
}

// eachField calls f for every field of an object, those below first.
func eachField(value any, f func(parent map[string]any, field string)) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			eachField(item, f)
		}
	case map[string]any:
		for _, field := range slices.Sorted(maps.Keys(value)) {
			eachField(value[field], f)
			f(value, field)
		}
	}
}
