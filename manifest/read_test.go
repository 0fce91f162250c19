package manifest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/manifest/internal/manifesttest"
)

// configMap is a document whose data is given as it stands.
func configMap(name, data string) string {
	return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata:\n" + data
}

// TestStreams reads streams that people and tools write, and states for each
// object found its name, position and data.
func TestStreams(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"one document", configMap("a", "  k: v\n"), []string{"a, line 1 (document 1): k=v"}},
		{"no newline at the end", configMap("a", "  k: v"), []string{"a, line 1 (document 1): k=v"}},
		{"separators everywhere", "---\n---\n" + configMap("a", "  k: v\n") + "---\n---\n" + configMap("b", "  k: v\n") + "---\n",
			[]string{"a, line 3 (document 1): k=v", "b, line 11 (document 2): k=v"}},
		{"comments", "# x\n--- # y\n# z\n\n" + configMap("a", "  k: v\n") + "--- # y\n" + configMap("b", "  # c\n  k: v # d\n"),
			[]string{"a, line 5 (document 1): k=v", "b, line 12 (document 2): k=v"}},
		{"document that is only a comment", configMap("a", "  k: v\n") + "---\n# x\n---\n" + configMap("b", "  k: v\n"),
			[]string{"a, line 1 (document 1): k=v", "b, line 10 (document 2): k=v"}},
		{"null document", "---\n~\n---\n" + configMap("a", "  k: v\n"), []string{"a, line 4 (document 1): k=v"}},
		{"end markers and directives", "%YAML 1.1\n---\n" + configMap("a", "  k: v\n") + "...\n%YAML 1.1\n---\n" + configMap("b", "  k: v\n") + "...\n",
			[]string{"a, line 3 (document 1): k=v", "b, line 12 (document 2): k=v"}},
		{"bare document after an end marker", configMap("a", "  k: v\n") + "...\n" + configMap("b", "  k: v\n"),
			[]string{"a, line 1 (document 1): k=v", "b, line 8 (document 2): k=v"}},
		{"content on the marker's line", "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {k: v}}\n",
			[]string{"a, line 1 (document 1): k=v"}},
		{"CRLF", strings.ReplaceAll("---\n"+configMap("a", "  k: |\n    v\n    w\n")+"---\n"+configMap("b", "  k: v\n"), "\n", "\r\n"),
			[]string{`a, line 2 (document 1): k="v\nw\n"`, "b, line 11 (document 2): k=v"}},
		{"byte order mark", "\ufeff" + configMap("a", "  k: v\n"), []string{"a, line 1 (document 1): k=v"}},
		{"byte order mark and separator", "\ufeff---\n" + configMap("a", "  k: v\n"), []string{"a, line 2 (document 1): k=v"}},
		{"byte order marks of files put together", "\ufeff" + configMap("a", "  k: v\n") + "\ufeff---\n" + configMap("b", "  k: v\n") + "---\n\ufeff" + configMap("c", "  k: v\n") + "...\n\ufeff# x\n" + configMap("d", "  k: v\n"),
			[]string{"a, line 1 (document 1): k=v", "b, line 8 (document 2): k=v", "c, line 15 (document 3): k=v", "d, line 23 (document 4): k=v"}},
		{"YAML 1.2", "# x\n%YAML 1.2 # y\n%TAG ! tag:example.com,2000:\n---\n" + configMap("a", "  k: v\n") + "...\n%YAML 1.2\n---\n" + configMap("b", "  k: v\n"),
			[]string{"a, line 5 (document 1): k=v", "b, line 14 (document 2): k=v"}},
		{"what only looks like a directive", configMap("a", "  k: |\n    %YAML 1.2\n"), []string{`a, line 1 (document 1): k="%YAML 1.2\n"`}},
		{"binary that is text", configMap("a", "  k: !!binary dg==\n"), []string{"a, line 1 (document 1): k=v"}},
		{"separator in a literal block", configMap("a", "  k: |\n    ---\n    ...\n"), []string{`a, line 1 (document 1): k="---\n...\n"`}},
		{"what only begins like a separator", configMap("a", "  k: v\n") + "---x: {}\n", []string{"a, line 1 (document 1): k=v"}},
		{"JSON", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v\u00e9"}}`, []string{`a, line 1 (document 1): k="vé"`}},
		{"override of a merge", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx-base: &b {k: v}\ndata:\n  <<: *b\n  k: x\n", []string{"a, line 1 (document 1): k=x"}},
		{"two merges", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx-base: &b {k: v}\nx-other: &c {k: w}\ndata: {<<: [*b, *c]}\n", []string{"a, line 1 (document 1): k=v"}},
		{"anchors and merges", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx-base: &b {k: v}\ndata:\n  <<: *b\n", []string{"a, line 1 (document 1): k=v"}},
		{"a list", "apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: a}\n  data: {k: v}\n" +
			"- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}, data: {k: w}}\n---\n" + configMap("c", "  k: v\n"),
			[]string{"a, line 5 (document 1): k=v", "b, line 9 (document 1): k=w", "c, line 11 (document 2): k=v"}},
		{"a typed list", "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n  data: {k: v}\n", []string{"a, line 4 (document 1): k=v"}},
		{"an empty list before an object", "apiVersion: v1\nkind: List\nitems: []\n---\n" + configMap("a", "  k: v\n"), []string{"a, line 5 (document 2): k=v"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := manifest.NewDecoder(strings.NewReader(tt.in), nil)
			var got []string
			for {
				obj, err := d.Decode()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				u := obj.(*unstructured.Unstructured)
				k, _, _ := unstructured.NestedString(u.Object, "data", "k")
				if strings.ContainsAny(k, "\né") {
					k = fmt.Sprintf("%q", k)
				}
				got = append(got, fmt.Sprintf("%s, %s: k=%s", u.GetName(), d.Position(), k))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("objects read (+) are not those wanted (-):\n%s", diff)
			}
		})
	}
}

// TestStrings reads back every tricky string, as value and as key, from what
// was written.
func TestStrings(t *testing.T) {
	data, keys := map[string]any{}, map[string]any{}
	for i, s := range manifesttest.Tricky {
		data[fmt.Sprint("k", i)] = s
		keys[s] = "v"
	}
	roundTrip(t, nil, &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "X", "data": data, "keys": keys,
		"numbers": []any{int64(12345678901234567), int64(-1), 1.5, 1e-7, int64(0), int64(1 << 62)},
	}})
}

// endless is a reader of one document without end.
type endless struct {
	head, tail string
	read       int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	for n < len(p) {
		n += copy(p[n:], e.tail)
	}
	e.read += n
	return n, nil
}

// TestTooLong shows that a document beyond the limit is rejected for its size as soon
// as that is known, regardless of its content.
func TestTooLong(t *testing.T) {
	for name, tail := range map[string]string{
		"one line": "xxxxxxxx", "many lines": "k: v\n", "empty lines": "\n", "comments": "# comment\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := &endless{head: configMap("a", "  k: v\n") + "---\na: ", tail: tail}
			d := manifest.NewDecoder(r, nil)
			if _, err := d.Decode(); err != nil {
				t.Fatalf("the document before it: %v", err)
			}
			_, err := d.Decode()
			if err == nil || !strings.Contains(err.Error(), "longer than 3145728 bytes") {
				t.Errorf("got error %v", err)
			}
			if limit := 3<<20 + 128<<10; r.read > limit {
				t.Errorf("read %d bytes, want at most %d", r.read, limit)
			}
			if _, again := d.Decode(); again != io.EOF {
				t.Errorf("after %v got %v, want io.EOF", err, again)
			}
		})
	}
}

// TestLongStream reads a stream of many documents and expects the decoder to
// need no more memory than one of them takes.
func TestLongStream(t *testing.T) {
	doc := "---\n" + configMap("a", "  k: |\n"+strings.Repeat("    "+strings.Repeat("x", 59)+"\n", 1<<10))
	const documents = 500 // 32 MiB
	readers := make([]io.Reader, documents)
	for i := range readers {
		readers[i] = strings.NewReader(doc)
	}
	d := manifest.NewDecoder(io.MultiReader(readers...), nil)
	for i := range documents {
		if _, err := d.Decode(); err != nil {
			t.Fatalf("document %d: %v", i+1, err)
		}
	}
	if _, err := d.Decode(); err != io.EOF {
		t.Errorf("after the last document: %v", err)
	}
	if got, want := d.Position().Document, documents; got != want {
		t.Errorf("the last document is number %d, want %d", got, want)
	}
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	goruntime.KeepAlive(d)
	if limit := uint64(16 << 20); m.HeapAlloc > limit {
		t.Errorf("%d bytes in use, want at most %d", m.HeapAlloc, limit)
	}
}

// TestBombs reads short documents that stand for very long or deep ones.
func TestBombs(t *testing.T) {
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&laughs, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), i-1)
	}
	for name, in := range map[string]string{
		"aliases of aliases": laughs.String(),
		"aliases of text":    "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a,", 900) + "*a]\n",
		"an alias of itself": "a: &a [*a]\n",
		"deep flow":          "a: " + strings.Repeat("[", 1<<20),
		"deep mappings":      strings.Repeat("{a: ", 1<<18),
		"deep block":         strings.Repeat("- ", 1<<18),
		"deep keys":          strings.Repeat("? ", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := manifest.Read(strings.NewReader("apiVersion: v1\nkind: X\n"+in), nil)
			if err == nil {
				t.Error("no error")
			} else if len(err.Error()) > 1000 {
				t.Errorf("the error is %d bytes long", len(err.Error()))
			}
		})
	}
}

// TestDecodeInto decodes a struct that is no Kubernetes object.
func TestDecodeInto(t *testing.T) {
	type team struct {
		Name  string   `json:"name"`
		Hosts []string `json:"hosts,omitempty"`
	}
	d := manifest.NewDecoder(strings.NewReader("name: a\n---\n# b\nname: b\nhosts:\n- 1\n---\nname: c\nhost: x\n---\nname: d\n"), nil, manifest.File("teams.yaml"))
	var got []string
	for {
		var v team
		err := d.DecodeInto(&v)
		if err == io.EOF {
			break
		}
		if err != nil {
			got = append(got, err.Error())
			continue
		}
		got = append(got, fmt.Sprintf("%v: %s", d.Position(), v.Name))
	}
	if diff := cmp.Diff([]string{
		"teams.yaml:1 (document 1): a",
		"teams.yaml:6 (document 2): hosts[0]: a number where the type is string",
		`teams.yaml:9 (document 3): unknown field "host"`,
		"teams.yaml:11 (document 4): d",
	}, got); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
}

// TestReaderError passes on what the reader fails with.
func TestReaderError(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := manifest.Read(io.MultiReader(strings.NewReader(configMap("a", "  k: v\n")), &failing{broken}), nil)
	if !errors.Is(err, broken) {
		t.Errorf("got %v, want it to wrap %v", err, broken)
	}
	var positioned *manifest.Error
	if !errors.As(err, &positioned) || positioned.Line == 0 {
		t.Errorf("got %#v, want a position", err)
	}
}

type failing struct{ err error }

func (f *failing) Read([]byte) (int, error) { return 0, f.err }

// FuzzRead reads any bytes: it must not panic, and what it makes of them must
// survive being written and read again.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		configMap("a", "  k: |\n    x\n"), "---\n" + configMap("b", "  k: 'x'\n") + "...\n", "\ufeff# c\r\n---\r\na: b\r\n",
		"kind: List\napiVersion: v1\nitems:\n- {}\n", "a: &a [*a]\n<<: *a", "{a: 1}\n{b: 2}", "a: &a {b: 1}\nc: {<<: *a, b: 2}\n", "a: &a {b: 1}\nc: {b: 2, <<: *a}\n", "? a\n: - b\n  - c\n", "kind: X\napiVersion: v1\n1: 2\n0x1: !!binary aGk=\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		objects, err := manifest.Read(bytes.NewReader(data), nil, manifest.MaxDocument(1<<16))
		if err != nil {
			return
		}
		for _, obj := range objects {
			delete(obj.(*unstructured.Unstructured).Object, "status")
			if m, ok := obj.(*unstructured.Unstructured).Object["metadata"].(map[string]any); ok && m["creationTimestamp"] == nil {
				delete(m, "creationTimestamp")
			}
		}
		var stream bytes.Buffer
		if err := manifest.Write(&stream, objects...); err != nil {
			t.Fatal(err)
		}
		text := stream.String()
		again, err := manifest.Read(&stream, nil)
		if err != nil {
			t.Fatalf("%v\nin:\n%s", err, text)
		}
		if diff := cmp.Diff(objects, again); diff != "" {
			t.Errorf("read again (+), read (-):\n%s\nthrough:\n%s", diff, text)
		}
	})
}
