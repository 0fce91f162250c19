package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func testScheme() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(s))
	utilruntime.Must(kustomizev1.AddToScheme(s))
	utilruntime.Must(helmv2.AddToScheme(s))
	return s
}

const ks = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: x\n  namespace: dev\nspec:\n"

// sameBegin compares texts. One that ends in "…" goes on in the words of a
// library, which are not compared.
var sameBegin = cmp.Comparer(func(a, b string) bool {
	a, aBegin := strings.CutSuffix(a, "…")
	b, bBegin := strings.CutSuffix(b, "…")
	return a == b || aBegin && strings.HasPrefix(b, a) || bBegin && strings.HasPrefix(a, b)
})

func TestReadErrors(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"empty", "", []string{"f.yaml: no objects"}},
		{"comments only", "# a\n---\n# b\n", []string{"f.yaml: no objects"}},
		{"not YAML", "a: 1\n]\n", []string{"f.yaml:2 (document 1): …"}},
		{"not YAML, second document", "# c\n" + ks + "---\na: b: c\n", []string{"f.yaml:9 (document 2): …"}},
		{"no mapping", "- a\n", []string{"f.yaml:1 (document 1): an object is a mapping, this is a list"}},
		{"no kind", "\n\na: 1\n", []string{"f.yaml:3 (document 1): apiVersion and kind are required to tell what this is"}},
		{"unknown field", ks + "  path: x\n  foo: 1\n  postBuild:\n    bar: 2\n", []string{
			`f.yaml:8 (document 1): Kustomization dev/x: unknown field "spec.foo"`,
			`f.yaml:10 (document 1): Kustomization dev/x: unknown field "spec.postBuild.bar"`,
		}},
		{"duplicate key", ks + "  path: x\n  path: y\n", []string{`f.yaml:8 (document 1): Kustomization dev/x: duplicate key "path"`}},
		{"everything at once", ks + "  path: x\n  path: y\n  wait: [1]\n  foo: 1\n", []string{
			`f.yaml:8 (document 1): Kustomization dev/x: duplicate key "path"`,
			`f.yaml:9 (document 1): Kustomization dev/x: spec.wait: a list where the type is bool`,
			`f.yaml:10 (document 1): Kustomization dev/x: unknown field "spec.foo"`,
		}},
		{"wrong types", ks + "  path: 5\n  interval: 5 minutes\n  wait: [1]\n  dependsOn:\n  - name: a\n  - name:\n      x: 1\n", []string{
			`f.yaml:7 (document 1): Kustomization dev/x: spec.path: a number where the type is string`,
			`f.yaml:8 (document 1): Kustomization dev/x: spec.interval: …`,
			`f.yaml:9 (document 1): Kustomization dev/x: spec.wait: a list where the type is bool`,
			`f.yaml:12 (document 1): Kustomization dev/x: spec.dependsOn[1].name: a mapping where the type is string`,
		}},
		{"the same twice", ks + "  dependsOn:\n  - name: 1\n  - name: a\n  - name: 2\n  healthChecks: [{name: 1}]\n", []string{
			`f.yaml:8 (document 1): Kustomization dev/x: spec.dependsOn[0].name: a number where the type is string`,
			`f.yaml:10 (document 1): Kustomization dev/x: spec.dependsOn[2].name: a number where the type is string`,
			`f.yaml:11 (document 1): Kustomization dev/x: spec.healthChecks[0].name: a number where the type is string`,
		}},
		{"two documents, both bad", ks + "  foo: 1\n---\n" + ks + "  bar: 1\n", []string{
			`f.yaml:7 (document 1): Kustomization dev/x: unknown field "spec.foo"`,
			`f.yaml:15 (document 2): Kustomization dev/x: unknown field "spec.bar"`,
		}},
		{"text after the end", "{a: 1}\n{b: 2}\n", []string{"f.yaml:2 (document 1): …"}},
		{"lone carriage returns", "a: 1\r---\rb: 2\r", []string{"f.yaml:1 (document 1): the document ends within a line, or at a line break other than LF and CRLF"}},
		{"NUL", "a: 1\nb: \x00\n", []string{"f.yaml:2 (document 1): a NUL byte: this is not text"}},
		{"control character", "a: 1\nb: \x01\n", []string{"f.yaml:2 (document 1): …"}},
		{"not UTF-8", "a: 1\nb: \xff\n", []string{"f.yaml:2 (document 1): …"}},
		{"boolean key", ks + "  postBuild:\n    substitute:\n      on: x\n", []string{"f.yaml:8 (document 1): Kustomization dev/x: spec.postBuild.substitute: a key is the boolean true to YAML 1.1, as y, n, yes, no, on and off are: put it in quotes"}},
		{"too long", "# " + strings.Repeat("x", 5000), []string{"f.yaml:1 (document 1): the document is longer than 4096 bytes"}},
		{"alias without anchor", "a: 1\npassword: *hunter2\n", []string{"f.yaml:2 (document 1): an alias without its anchor: text that begins with * needs quotes"}},
		{"template", "a: 1\npassword: {{ hunter2 }}\n", []string{"f.yaml:2 (document 1): a mapping or list as a key: text that begins with { or [ needs quotes"}},
		{"tag", "password: !!int hunter2\n", []string{"f.yaml:1 (document 1): a value that is not what its tag says"}},
		{"tag of a later value", "a: !!int 1\nb: !own x\npassword: !!float hunter2\n", []string{"f.yaml:3 (document 1): a value that is not what its tag says"}},
		{"binary", ks + "  path: !!binary /////w==\n", []string{"f.yaml:7 (document 1): Kustomization dev/x: spec.path: a binary value that is not UTF-8 has no JSON form"}},
		{"alias in a comment, and without anchor", "a: 1 # *hunter2\nb: [*hunter2]\n", []string{"f.yaml:2 (document 1): an alias without its anchor: text that begins with * needs quotes"}},
		{"alias of itself", "a: 1\nb: &b\n  c: [*b]\n", []string{"f.yaml:3 (document 1): an anchor that holds an alias of itself"}},
		{"merge after the key", "apiVersion: v1\nkind: X\nx: &x {k: 1}\nz: {k: 2, <<: *x}\n", []string{"f.yaml:3 (document 1): X: duplicate key \"k\""}},
		{"merge twice", "apiVersion: v1\nkind: X\nx: &x {k: 1}\nz:\n  <<: *x\n  <<: {k: 2}\n", []string{"f.yaml:6 (document 1): X: duplicate key \"k\""}},
		{"override twice", "apiVersion: v1\nkind: X\nx: &x {k: 1}\nz:\n  <<: *x\n  k: 2\n  k: 3\n", []string{"f.yaml:6 (document 1): X: duplicate key \"k\"", "f.yaml:7 (document 1): X: duplicate key \"k\""}},
		{"override of an alias", "apiVersion: v1\nkind: X\nx: &x {k: &k k}\nz:\n  *k : 1\n  k: 2\n", []string{"f.yaml:6 (document 1): X: duplicate key \"k\""}},
		{"override by a number", "apiVersion: v1\nkind: X\nx: &x {k: 1}\nz:\n  <<: *x\n  k: 2\n  1: 3\n", []string{"f.yaml:6 (document 1): X: duplicate key \"k\""}},
		{"merge of itself", "a: 1\nb: &b\n  <<: *b\n", []string{"f.yaml:3 (document 1): an anchor that holds an alias of itself"}},
		{"mapping as a key", "a: 1\n? b: c\n: d\n", []string{"f.yaml:2 (document 1): a mapping or list as a key: text that begins with { or [ needs quotes"}},
		{"alias of a mapping as a key", "a: &a {x: y}\nb: 1\n*a : c\n", []string{"f.yaml:3 (document 1): a mapping or list as a key: text that begins with { or [ needs quotes"}},
		{"field of an alias", ks + "  path: &p\n  - x\n  targetNamespace: *p\n", []string{
			"f.yaml:7 (document 1): Kustomization dev/x: spec.path: a list where the type is string",
			"f.yaml:9 (document 1): Kustomization dev/x: spec.targetNamespace: a list where the type is string",
		}},
		{"field of a merged mapping", "x: &m\n  path: [x]\n" + strings.TrimSuffix(ks, "spec:\n") + "spec:\n  <<: *m\n", []string{
			`f.yaml:1 (document 1): Kustomization dev/x: unknown field "x"`,
			"f.yaml:2 (document 1): Kustomization dev/x: spec.path: a list where the type is string",
		}},
		{"directives", "%YAML 1.1\n%TAG !own! tag:example.com,2000:\n---\na: 1\nb: : 2\n", []string{"f.yaml:5 (document 1): …"}},
		{"version directive", "# c\n%YAML 1.2\n---\n" + ks + "  foo: 1\n", []string{`f.yaml:10 (document 1): Kustomization dev/x: unknown field "spec.foo"`}},
		{"version of another YAML", "# c\n%YAML 2.0\n---\na: 1\n", []string{"f.yaml:2 (document 1): a version of YAML other than 1"}},
		{"after a byte order mark", ks + "  path: x\n\ufeff---\n\ufeff" + ks + "  foo: 1\n", []string{`f.yaml:15 (document 2): Kustomization dev/x: unknown field "spec.foo"`}},
		{"numbers that would be rounded", "apiVersion: v1\nkind: X\na: 123456789012345678901234567890\nb: [0.1, 1e-400]\nc: 9223372036854775808\nd: {e: 3.14159265358979323846}\n", []string{
			"f.yaml:3 (document 1): a: an integer beyond 64 bits, which readers would round: put it in quotes",
			"f.yaml:4 (document 1): b[1]: a number with more digits than readers keep: put it in quotes",
			"f.yaml:5 (document 1): c: an integer beyond 64 bits, which readers would round: put it in quotes",
			"f.yaml:6 (document 1): d.e: a number with more digits than readers keep: put it in quotes",
		}},
		{"not a number", "apiVersion: v1\nkind: X\na: .nan\n", []string{"f.yaml:3 (document 1): X: a: the number NaN has no JSON form"}},
		{"an unknown version", strings.Replace(ks, "io/v1", "io/v1beta2", 1), []string{
			"f.yaml:1 (document 1): Kustomization dev/x: apiVersion: unknown version v1beta2 of Kustomization.kustomize.toolkit.fluxcd.io: the scheme has v1"}},
		{"an unknown version in a list", "apiVersion: v1\nkind: List\nitems:\n- kind: Namespace\n  apiVersion: v2\n", []string{
			"f.yaml:5 (document 1): Namespace: items[0].apiVersion: unknown version v2 of Namespace: the scheme has v1"}},
		{"too deep", "a: 1\nb:\n- " + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "\n", []string{"f.yaml:3 (document 1): mappings and lists are nested more than 500 deep"}},
		{"list of a list", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: []}\n", []string{
			`f.yaml:4 (document 1): items[0]: a list within a list`,
		}},
		{"list with more than items", "apiVersion: v1\nkind: List\nitems: []\nspec: {}\n", []string{
			`f.yaml:4 (document 1): List: spec: unknown field of a list`,
		}},
		{"list", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata:\n    name: a\n    foo: b\n- x: 1\n", []string{
			`f.yaml:8 (document 1): Namespace a: unknown field "items[0].metadata.foo"`,
			`f.yaml:9 (document 1): items[1]: apiVersion and kind are required to tell what this is`,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := manifest.Read(strings.NewReader(tt.in), testScheme(), manifest.File("f.yaml"), manifest.MaxDocument(4096))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, strings.Split(err.Error(), "\n"), sameBegin); diff != "" {
				t.Errorf("got (+), want (-):\n%s", diff)
			}
		})
	}
}

// TestErrorLists cuts lists of errors short.
func TestErrorLists(t *testing.T) {
	lines := func(in string) []string {
		_, err := manifest.Read(strings.NewReader(in), testScheme(), manifest.File("f.yaml"))
		if err == nil {
			t.Fatal("no error")
		}
		return strings.Split(err.Error(), "\n")
	}
	many := lines("apiVersion: v1\nkind: Namespace\n" + strings.Repeat("kind: Namespace\n", 1000))
	if got, want := many[len(many)-1], "f.yaml:1 (document 1): Namespace: and 980 more"; len(many) != 21 || got != want {
		t.Errorf("%d errors, the last is %q, want 21 and %q", len(many), got, want)
	}
	many = lines("apiVersion: v1\nkind: Namespace\n" + numbered("k%d: 1\n", 30))
	if got, want := many[len(many)-1], "f.yaml:1 (document 1): Namespace: and 10 more"; len(many) != 21 || got != want {
		t.Errorf("%d errors, the last is %q, want 21 and %q", len(many), got, want)
	}
	many = lines(strings.Repeat("---\na: 1\n", 1000))
	if got, want := many[len(many)-1], "f.yaml: too many errors: the rest was not read"; len(many) != 101 || got != want {
		t.Errorf("%d errors, the last is %q, want 101 and %q", len(many), got, want)
	}
}

// numbered returns format n times, with the numbers from 0.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
