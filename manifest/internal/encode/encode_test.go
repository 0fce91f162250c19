package encode_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/encode"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/fieldpath"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/scalar"
)

// An object is of a kind of its own, whose spec is of any type.
type object[T any] struct {
	metav1.TypeMeta `json:",inline"`
	Spec            T `json:"spec"`
}

func (o *object[T]) DeepCopyObject() runtime.Object { return o }

func objectWith[T any](spec T) runtime.Object {
	return &object[T]{metav1.TypeMeta{APIVersion: "example.com/v1", Kind: "Thing"}, spec}
}

// Types of every make that encoding/json has a rule for.
type (
	scalars struct {
		B   bool    `json:"b"`
		I8  int8    `json:"i8"`
		I   int     `json:"i"`
		U64 uint64  `json:"u64"`
		F32 float32 `json:"f32"`
		F64 float64 `json:"f64"`
		S   string  `json:"s"`
		N   json.Number
		_   int
		p   int
		No  int `json:"-"`
		//nolint:staticcheck // this is how a field is called "-"
		Yes int `json:"-,"`
	}
	omitted struct {
		B  bool              `json:"b,omitempty"`
		I  int               `json:"i,omitempty"`
		F  float64           `json:"f,omitempty"`
		S  string            `json:"s,omitempty"`
		P  *int              `json:"p,omitempty"`
		L  []int             `json:"l,omitempty"`
		A  [2]int            `json:"a,omitempty"`
		A0 [0]int            `json:"a0,omitempty"`
		M  map[string]string `json:"m,omitempty"`
		X  any               `json:"x,omitempty"`
		St struct{}          `json:"st,omitempty"`
		T  metav1.Time       `json:"t,omitzero"`
		T2 time.Time         `json:"t2,omitzero"`
		Z  [2]int            `json:"z,omitzero"`
		ZP *int              `json:"zp,omitzero"`
		W  weekday           `json:"w,omitzero"`
	}
	omittedTime struct {
		A *metav1.Time `json:"a,omitzero"`
	}
	inner  struct{ A, B, C int }
	tagged struct {
		Named int `json:"A"`
	}
	embedding struct {
		inner
		*scalars
		C string // hides inner.C
	}
	ambiguous struct { // both have an A: the one with the tag counts
		inner
		tagged
	}
	recursive struct {
		//nolint:unused // it is there to be without end
		*recursive
		Next *recursive `json:"next,omitempty"`
		V    int        `json:"v"`
	}
	quoted struct {
		I int     `json:"i,string"`
		S string  `json:"s,string"`
		B *bool   `json:"b,string"`
		F float64 `json:"f,string"`
	}
	oddNames struct {
		A int `json:"a b"`
		B int `json:"é"`
		C int `json:"on"`
		D int `json:"$ref"`
	}
	name    string
	bytesOf []byte
	weekday int // says its name by a pointer, and what is zero by a value
	secret  string
)

func (d *weekday) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "day %d", int(*d)), nil }
func (d weekday) IsZero() bool                  { return d == 7 }
func (secret) MarshalJSON() ([]byte, error)     { return []byte(`{"b":"<hidden>","a":[1,null,{}]}`), nil }

// TestTypes writes values of types of every make, and expects the output of
// sigs.k8s.io/yaml, which uses encoding/json.
func TestTypes(t *testing.T) {
	one, yes := 1, true
	quantity := resource.MustParse("1500m")
	for _, obj := range []runtime.Object{
		objectWith(scalars{true, -8, 1 << 40, 1<<63 - 1, 1.5, 1e21, "on", "1e3", 0, 7, 1, 2}),
		objectWith(omitted{}),
		objectWith(omitted{true, 1, 0.1, "s", &one, []int{1}, [2]int{}, [0]int{}, map[string]string{"a": "b"}, "x", struct{}{},
			metav1.Unix(1, 0), time.Unix(2, 0).UTC(), [2]int{1, 2}, &one, 3}),
		objectWith(omitted{W: 7}),
		objectWith(omittedTime{&metav1.Time{}}),
		objectWith(embedding{inner: inner{1, 2, 3}, C: "c"}),
		objectWith(embedding{scalars: &scalars{S: "s", N: "0"}}),
		objectWith(ambiguous{inner{1, 2, 3}, tagged{4}}),
		objectWith(recursive{Next: &recursive{V: 1, Next: &recursive{V: 2}}}),
		objectWith(quoted{1, "a<b", &yes, 1.5}),
		objectWith(oddNames{1, 2, 3, 4}),
		objectWith(map[name]*int{"b": &one, "a": &one, "on": &one, "item10": &one, "item9": &one}),
		objectWith(map[int]string{10: "ten", 9: "nine"}),
		objectWith(map[netip.Addr]bool{netip.MustParseAddr("10.0.0.1"): true}),
		objectWith(map[string]weekday{"not asked": 1}),
		objectWith(map[string]*weekday{"asked": new(weekday)}),
		objectWith([]weekday{1, 2}),
		objectWith(&[]weekday{1, 2}),
		objectWith(map[string]any{"a": []any{int64(1), 2, uint8(3), 1.5, true, nil, "x", secret(""), map[string]any(nil), []string{"y"}}}),
		objectWith([]secret{"", ""}),
		objectWith([][]byte{[]byte("binary\x00"), {}, nil}),
		objectWith([3]byte{1, 2, 3}),
		objectWith(bytesOf("x")),
		objectWith([]intstr.IntOrString{intstr.FromInt32(80), intstr.FromString("http")}),
		objectWith([]resource.Quantity{quantity}),
		objectWith(map[string]resource.Quantity{"cpu": quantity}),
		objectWith([]metav1.Duration{{Duration: 90 * time.Second}, {}}),
		objectWith(map[string]metav1.Duration{"interval": {Duration: time.Hour}}),
		objectWith(metav1.MicroTime{Time: time.Unix(0, 1000).UTC()}),
		objectWith(json.RawMessage(`{"b": 1, "a": "\u003c"}`)),
		objectWith(new(*int)),
	} {
		t.Run(strings.TrimPrefix(reflect.TypeOf(obj).Elem().Field(1).Type.String(), "encode_test."), func(t *testing.T) {
			want, err := yaml.Marshal(obj)
			if err != nil {
				t.Fatal(err)
			}
			got, err := write(obj)
			if err != nil {
				t.Fatal(err)
			}
			text := "---\n" + strings.TrimSuffix(string(want), "spec: null\n") // which is a field's
			if diff := cmp.Diff(text, got); diff != "" {
				t.Errorf("sigs.k8s.io/yaml (-) and Write (+) differ:\n%s", diff)
			}
		})
	}
}

// TestTypeErrors writes what has no JSON, or would lose something in it, and
// expects the error to name the field.
func TestTypeErrors(t *testing.T) {
	cycle := map[string]any{}
	cycle["a"] = []any{cycle}
	type link struct{ Next *link }
	pointer := &link{}
	pointer.Next = pointer
	deep := func(levels int) json.RawMessage {
		return json.RawMessage(strings.Repeat("[", levels) + strings.Repeat("]", levels))
	}
	for name, tt := range map[string]struct {
		obj   runtime.Object
		field string
		cause error // where it is ours
	}{
		"channel":             {objectWith(map[string]any{"c": make(chan int)}), "spec.c", nil},
		"channel in a struct": {objectWith(struct{ A []chan int }{[]chan int{make(chan int)}}), "spec.A[0]", nil},
		"no number":           {objectWith([]json.Number{"x"}), "spec[0]", nil},
		"not UTF-8":           {objectWith(struct{ A []string }{[]string{"", "\xff"}}), "spec.A[1]", nil},
		"broken JSON":         {objectWith(map[string]json.RawMessage{"a": json.RawMessage(`{"x":`)}), "spec.a", nil},
		"uint64":              {objectWith(scalars{U64: 1 << 63}), "spec.u64", scalar.ErrInteger},
		"integer of 20 digits": {
			objectWith(json.RawMessage(`{"a":[12345678901234567890]}`)), "spec.a[0]", scalar.ErrInteger},
		"a fraction too long": {objectWith([]json.Number{"3.14159265358979323846"}), "spec[0]", scalar.ErrFloat},
		"a power too small":   {objectWith([]json.Number{"1e-400"}), "spec[0]", scalar.ErrFloat},
		"a map in itself":     {objectWith(cycle), "", fieldpath.ErrTooDeep},
		"a pointer to itself": {objectWith(pointer), "", fieldpath.ErrTooDeep},
		"too deep JSON":       {objectWith(deep(fieldpath.MaxDepth)), "", fieldpath.ErrTooDeep},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := write(tt.obj)
			if err == nil || tt.cause != nil && !errors.Is(err, tt.cause) {
				t.Fatalf("got error %v, want one for %v", err, tt.cause)
			}
			if text != "" {
				t.Errorf("wrote %q", text)
			}
			var at *fieldpath.Error
			if errors.As(err, &at); tt.field != "" && (at == nil || at.Path != tt.field) {
				t.Errorf("got error %v, want one at %s", err, tt.field)
			}
		})
	}
	if _, err := write(objectWith(deep(fieldpath.MaxDepth - 1))); err != nil {
		t.Errorf("as deep as is allowed: %v", err)
	}
}

// write returns the document of an object.
func write(obj runtime.Object) (string, error) {
	out, err := new(encode.Encoder).Append(nil, obj)
	return string(out), err
}

// FuzzEncodeObjects holds the encoder to its promise for objects of every kind
// with random content: byte for byte what sigs.k8s.io/yaml writes, but for the
// status and nulls.
func FuzzEncodeObjects(f *testing.F) {
	scheme := manifesttest.Scheme()
	kinds := manifesttest.Kinds(scheme)
	for i := range kinds {
		f.Add(i, int64(i))
	}
	f.Fuzz(func(t *testing.T, kind int, seed int64) {
		obj := manifesttest.Fill(t, scheme, kinds[uint(kind)%uint(len(kinds))], seed)
		got, err := write(obj)
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(obj)
		if err != nil {
			t.Fatal(err)
		}
		var want, back map[string]any
		if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &want); err != nil {
			t.Fatal(err)
		}
		delete(want, "status")
		read, err := manifest.Read(strings.NewReader(got), nil)
		if err != nil {
			t.Fatalf("%v in:\n%s", err, got)
		}
		back = read[0].(interface{ UnstructuredContent() map[string]any }).UnstructuredContent()

		text, err := yaml.Marshal(back)
		var again map[string]any
		if err == nil && yaml.Unmarshal(text, &again) == nil && encode.Ordered(back) && !strings.Contains(got, `"<<"`) {
			if diff := cmp.Diff("---\n"+string(text), got); diff != "" && !strings.ContainsAny(got, "\\\u0085\u2028\u2029\ufeff") {
				t.Errorf("sigs.k8s.io/yaml (-) and Write (+) differ:\n%s", diff)
			}
		}
		if diff := cmp.Diff(withoutNulls(want), withoutNulls(back)); diff != "" {
			t.Errorf("encoding/json (-) and Write (+) differ:\n%s", diff)
		}
	})
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			if v[key] = withoutNulls(value); value == nil {
				delete(v, key)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return v
}
