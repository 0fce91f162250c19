package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// tenant returns the objects of one tenant, as the recipe has them.
func tenant(tb testing.TB) []runtime.Object {
	tb.Helper()
	objects, err := manifest.ReadFile(context.Background(), "testdata/tenant.yaml", fullScheme())
	if err != nil {
		tb.Fatal(err)
	}
	return objects
}

// BenchmarkWrite writes the objects of one tenant, beside encoding/json and
// sigs.k8s.io/yaml.
func BenchmarkWrite(b *testing.B) {
	objects := tenant(b)
	marshal := func(f func(any) ([]byte, error)) func() {
		return func() {
			for _, obj := range objects {
				if _, err := f(obj); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	var out bytes.Buffer
	enc := manifest.NewEncoder(&out)
	compare(b, []contender{
		{"manifest", func() {
			out.Reset()
			for _, obj := range objects {
				if err := enc.Encode(obj); err != nil {
					b.Fatal(err)
				}
			}
		}},
		{"json", marshal(json.Marshal)},
		{"sigs-yaml", marshal(yaml.Marshal)},
	})
}

// BenchmarkRead reads the stream of one tenant into typed objects, beside the
// two steps by hand: sigs.k8s.io/yaml for each document, and encoding/json for
// each object's JSON.
func BenchmarkRead(b *testing.B) {
	scheme := fullScheme()
	objects := tenant(b)
	var stream bytes.Buffer
	if err := manifest.Write(&stream, objects...); err != nil {
		b.Fatal(err)
	}
	var yamls, jsons [][]byte
	for _, obj := range objects {
		y, err := yaml.Marshal(obj)
		if err != nil {
			b.Fatal(err)
		}
		j, err := yaml.YAMLToJSON(y)
		if err != nil {
			b.Fatal(err)
		}
		yamls, jsons = append(yamls, y), append(jsons, j)
	}
	unmarshal := func(texts [][]byte, f func([]byte, any) error) func() {
		return func() {
			for i, text := range texts {
				obj, err := scheme.New(objects[i].GetObjectKind().GroupVersionKind())
				if err != nil {
					b.Fatal(err)
				}
				if err := f(text, obj); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.SetBytes(int64(stream.Len()))
	compare(b, []contender{
		{"manifest", func() {
			got, err := manifest.Read(bytes.NewReader(stream.Bytes()), scheme)
			if err != nil || len(got) != len(objects) {
				b.Fatal(len(got), err)
			}
		}},
		{"json", unmarshal(jsons, json.Unmarshal)},
		{"sigs-yaml", unmarshal(yamls, func(text []byte, obj any) error { return yaml.UnmarshalStrict(text, obj) })},
	})
}

// A contender does the same work as the others.
type contender struct {
	name string
	run  func()
}

// compare runs each contender as a benchmark of its own, and reports what part
// of its time, or how many times its time, the first one takes.
func compare(b *testing.B, contenders []contender) {
	var first time.Duration
	for _, c := range contenders {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
			each := b.Elapsed() / time.Duration(b.N)
			if c.name == contenders[0].name {
				first = each
				return
			}
			b.ReportMetric(float64(first)/float64(each), contenders[0].name+"/"+c.name)
		})
	}
}
