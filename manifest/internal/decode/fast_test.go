package decode

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// FuzzFastReader compares what the reader of our own layout makes of a document
// with what the library does. It may decline a document, but not differ.
func FuzzFastReader(f *testing.F) {
	tenant, err := os.ReadFile("../../testdata/tenant.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for doc := range strings.SplitSeq(string(tenant), "\n"+"---\n") {
		f.Add(doc + "\n")
	}
	for _, seed := range []string{
		"a: b\nc:\n- d\n- e: f\n  g: h\n- - i\n  - j: k\n", "a: |\n  b\n\n   c\n\nd: |-\n  e\n", "a: b\n  c\n", "a:\n    b: c\n  d: e\n",
		"a: 007\nb: -0\nc: -5\nd: 12345678901234567890\ne: 1_0\n", "a: \"on\"\nb: 'off'\nc: \"\"\nd: 'a''b'\n", "a: b # c\n# d\ne: f\n", "a: b\na: c\n",
		"- a: b\n", "a: {}\nb: []\nc: ''\n", "a: y\n", "y: a\n", "a: - b\n", "a: b: c\n", "a:\n- |\n  b\n- c\n", "a:\n  # b\n  c: d\n", "---\na: b\n---\n", strings.Repeat("k", 1025) + ": a\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		compareWithLibrary(t, text)
		var b strings.Builder
		for _, c := range []byte(text) {
			b.WriteString(pieces[int(c)%len(pieces)])
		}
		compareWithLibrary(t, b.String()+"\n")
	})
}

// pieces are what documents are made of: strung together at random they come
// closer to the rules than random text does.
var pieces = []string{
	"\n", "\n", "\n  ", "\n  ", "\n    ", "\n    ", "\n      ", "\n\n", "a: ", "b: ", "c: ", "a:", "b:", "c:", "- ", "- ", "-", "d", "e f", "|", "|-", "|+", ">",
	"{}", "[]", `""`, `"g"`, "'h'", "'i''j'", `"k\n"`, "1", "-2", "007", "0", "5m0s", "1.5", "y", "on", "null", "true", "~", "#", " # l", "---", "...", "?", "&m", "*m", "<<: ", " ", ":", "./n",
}

func compareWithLibrary(t *testing.T, text string) {
	t.Helper()
	var r fastReader
	if !r.read([]byte(text)) {
		return
	}
	var got any
	if err := json.Unmarshal(r.json, &got); err != nil {
		t.Fatalf("%v in %s", err, r.json)
	}
	s := Document{text: []byte(text)}
	if err := s.Parse(); err != nil {
		t.Fatalf("the library refuses %q: %v", text, err)
	}
	data, err := toJSON(nil, s.value, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	var want any
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) {
		t.Errorf("of %q the reader makes %s, the library %s", text, r.json, data)
	}
}

// TestFastReader makes sure that the reader does read what it is for.
func TestFastReader(t *testing.T) {
	tenant, err := os.ReadFile("../../testdata/tenant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var r fastReader
	for doc := range strings.SplitSeq(strings.TrimSuffix(string(tenant), "\n"), "\n"+"---\n") {
		doc += "\n"
		if !r.read([]byte(doc)) {
			t.Errorf("declined:\n%s", doc)
			continue
		}
		want, err := yaml.YAMLToJSON([]byte(doc))
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != string(r.json) {
			t.Errorf("got  %s\nwant %s", r.json, want)
		}
	}
}
