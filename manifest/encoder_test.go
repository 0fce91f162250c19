package manifest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	goruntime "runtime"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// TestWriteTenant writes what was read and expects the file's own text, which
// is also what sigs.k8s.io/yaml writes.
func TestWriteTenant(t *testing.T) {
	var got, want bytes.Buffer
	for _, obj := range tenant(t) {
		data, err := yaml.Marshal(obj)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(data), "status: {}\n", "")
		text = strings.ReplaceAll(text, "status:\n  namespaces: []\n  size: 0\n  state: \"\"\n", "")
		want.WriteString("---\n" + strings.ReplaceAll(text, "  data: null\n", ""))
	}
	if err := manifest.Write(&got, tenant(t)...); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want.String(), got.String()); diff != "" {
		t.Errorf("sigs.k8s.io/yaml (-) and Write (+) differ:\n%s", diff)
	}
}

// TestWhatIsLeftOut shows which nulls and which status a document holds.
func TestWhatIsLeftOut(t *testing.T) {
	for _, tt := range []struct {
		name string
		obj  runtime.Object
		want string
	}{
		{
			"nulls of struct fields and the status go",
			&capsulev1beta2.Tenant{
				TypeMeta:   metav1.TypeMeta{APIVersion: "capsule.clastix.io/v1beta2", Kind: "Tenant"},
				ObjectMeta: metav1.ObjectMeta{Name: "a"},
				Spec:       capsulev1beta2.TenantSpec{Cordoned: true}, // and data: null
				Status:     capsulev1beta2.TenantStatus{Size: 3},
			},
			"apiVersion: capsule.clastix.io/v1beta2\nkind: Tenant\nmetadata:\n  name: a\nspec:\n  cordoned: true\n",
		},
		{
			"nulls and status in free-form JSON stay",
			&helmv2.HelmRelease{
				TypeMeta:   metav1.TypeMeta{APIVersion: "helm.toolkit.fluxcd.io/v2", Kind: "HelmRelease"},
				ObjectMeta: metav1.ObjectMeta{Name: "a"},
				Spec:       helmv2.HelmReleaseSpec{Values: &apiextensionsv1.JSON{Raw: []byte(`{"status":{"x":null},"n":12345678901234567}`)}},
			},
			"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: a\nspec:\n  interval: 0s\n  values:\n    \"n\": 12345678901234567\n    status:\n      x: null\n",
		},
		{
			"nulls of an unstructured object stay, but for the creation timestamp",
			&unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "v1", "kind": "X", "status": "x",
				"metadata": map[string]any{"name": "a", "creationTimestamp": nil},
				"spec":     map[string]any{"a": nil, "creationTimestamp": nil, "status": "y", "l": []any{nil}},
			}},
			"apiVersion: v1\nkind: X\nmetadata:\n  name: a\nspec:\n  a: null\n  creationTimestamp: null\n  l:\n  - null\n  status: \"y\"\n",
		},
		{
			"a creation timestamp that is set stays",
			&corev1.Namespace{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
				ObjectMeta: metav1.ObjectMeta{Name: "a", CreationTimestamp: metav1.Unix(0, 0)},
			},
			"apiVersion: v1\nkind: Namespace\nmetadata:\n  creationTimestamp: \"1970-01-01T00:00:00Z\"\n  name: a\nspec: {}\n",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got bytes.Buffer
			if err := manifest.Write(&got, tt.obj); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("---\n"+tt.want, got.String()); diff != "" {
				t.Errorf("got (+), want (-):\n%s", diff)
			}
		})
	}
}

// TestWriteErrors names every object that cannot be written, and writes none.
func TestWriteErrors(t *testing.T) {
	ok := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	twice := &appsv1.ControllerRevision{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "ControllerRevision"},
		ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "b"},
		Data:       runtime.RawExtension{Raw: []byte(`{"x":1,"x":2}`)},
	}
	binary := twice.DeepCopy()
	binary.Data.Raw = []byte("{\"x\":[1,{\"y\":\"\xff\"}]}")
	broken := twice.DeepCopy()
	broken.Data.Raw = []byte(`{"x":`)
	var nothing *corev1.Namespace
	var out bytes.Buffer
	err := manifest.Write(&out, ok, nil, nothing,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "untyped"}},
		&corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMapList"}},
		twice, binary, broken,
	)
	want := []string{
		`manifest: the object is nil (<nil>)`,
		`manifest: the object is nil (*v1.Namespace)`,
		`manifest: *v1.Namespace untyped has no apiVersion and kind: set its TypeMeta`,
		`manifest: ConfigMapList is a list: write its items`,
		`manifest: ControllerRevision b/a: data: duplicate key "x"`,
		`manifest: ControllerRevision b/a: data.x[1].y: the text is not UTF-8`,
		`manifest: ControllerRevision b/a: data: …`,
	}
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n"), sameBegin); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
	if out.Len() > 0 {
		t.Errorf("wrote %q in spite of the error", out.String())
	}
	if err := manifest.Write(&out, ok); err != nil {
		t.Error(err)
	}
}

// TestEncoderGoesOn uses an encoder after errors, of an object and of the
// writer.
func TestEncoderGoesOn(t *testing.T) {
	w := &flaky{err: errors.New("full")}
	enc := manifest.NewEncoder(w)
	a := &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: "a"}}
	b := a.DeepCopy()
	b.Name = "b"
	if err := enc.Encode(a); !errors.Is(err, w.err) {
		t.Errorf("got %v, want %v", err, w.err)
	}
	w.err = nil
	if err := enc.Encode(&corev1.Namespace{}); err == nil {
		t.Error("no error for an object without kind")
	}
	if err := enc.Encode(b); err != nil {
		t.Error(err)
	}
	if want := "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: b\nspec: {}\n"; w.String() != want {
		t.Errorf("wrote %q, want %q", w.String(), want)
	}
}

type flaky struct {
	bytes.Buffer
	err error
}

func (f *flaky) Write(p []byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return f.Buffer.Write(p)
}

// TestAllocations holds the encoder to allocating no more than encoding/json.
func TestAllocations(t *testing.T) {
	objects := tenant(t)
	var out bytes.Buffer
	enc := manifest.NewEncoder(&out)
	ours := testing.AllocsPerRun(20, func() {
		out.Reset()
		for _, obj := range objects {
			if err := enc.Encode(obj); err != nil {
				t.Fatal(err)
			}
		}
	})
	theirs := testing.AllocsPerRun(20, func() {
		for _, obj := range objects {
			if _, err := json.Marshal(obj); err != nil {
				t.Fatal(err)
			}
		}
	})
	if ours > theirs {
		t.Errorf("%v allocations, json.Marshal makes %v", ours, theirs)
	}
}

// TestMemory writes an object over and over, most of it by the YAML library and
// some of it never the same, and expects the encoder to remember next to nothing.
func TestMemory(t *testing.T) {
	obj := &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		Data:     map[string]string{"a": "on", "b": "1.0", "c": "0123", "d": "é", "e": "true"},
	}
	enc := manifest.NewEncoder(io.Discard)
	written := 0
	inUse := func(documents int) uint64 {
		for range documents {
			written++
			obj.Data["new"] = fmt.Sprintf("%d.0", written)
			if err := enc.Encode(obj); err != nil {
				t.Fatal(err)
			}
		}
		goruntime.GC()
		var m goruntime.MemStats
		goruntime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := inUse(100)
	after := inUse(5000)
	goruntime.KeepAlive(enc)
	if limit := before + 4<<20; after > limit {
		t.Errorf("%d bytes in use after 5000 documents, %d after 100", after, before)
	}
}
