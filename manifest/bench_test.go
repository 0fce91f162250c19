package manifest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
)

// tenant returns the objects of one tenant, as the recipe has them.
func tenant(tb testing.TB) []runtime.Object {
	tb.Helper()
	objects, err := manifest.ReadFile(context.Background(), "testdata/tenant.yaml", manifesttest.Scheme())
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
	scheme := manifesttest.Scheme()
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

// compare runs each contender as a benchmark of its own, and then all of them by
// turns, which gives ratios that hold on a busy machine too: it reports the
// median time of the first one in times that of each other.
func compare(b *testing.B, contenders []contender) {
	for _, c := range contenders {
		b.Run("by="+c.name, func(b *testing.B) { // for benchstat -col /by
			b.ReportAllocs()
			for b.Loop() {
				c.run()
			}
		})
	}
	b.Run("by-turns", func(b *testing.B) {
		spent := make([][]time.Duration, len(contenders))
		for b.Loop() {
			for i, c := range contenders {
				c.run() // so that none finds the caches as another left them
				start := time.Now()
				c.run()
				spent[i] = append(spent[i], time.Since(start))
			}
		}
		for i, c := range contenders[1:] {
			b.ReportMetric(median(spent[0])/median(spent[i+1]), contenders[0].name+"/"+c.name)
		}
	})
}

func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2])
}
