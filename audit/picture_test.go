package audit_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// written returns what a function writes of a report.
func written(t *testing.T, write func(io.Writer, *audit.Report) error, report *audit.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, report); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// manyTenants is a set of n tenants in folders of ten; every hundredth reaches into
// the one after it.
func manyTenants(t *testing.T, n int) []audit.Input {
	var inputs []audit.Input
	for i := range n {
		name := fmt.Sprintf("team-%03d", i)
		source := name
		if i%100 == 0 {
			source = fmt.Sprintf("team-%03d, namespace: team-%03[1]d", i+1)
		}
		text := fmt.Sprintf(`
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: %[1]s}
spec: {owners: [{kind: ServiceAccount, name: "system:serviceaccount:%[1]s:deploy"}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: %[1]s, labels: {toolkit.fluxcd.io/tenant: %[1]s, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: %[1]s, namespace: %[1]s}
spec: {interval: 5m, timeout: 1m, url: "https://git.example.com/%[1]s"}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: %[1]s, namespace: %[1]s}
spec: {interval: 5m, timeout: 1m, prune: true, serviceAccountName: deploy, sourceRef: {kind: GitRepository, name: %[2]s}}
`, name, source)
		for _, in := range read(t, []byte(text)) {
			in.File = fmt.Sprintf("tenants/%02d/%s.yaml", i/10, name)
			inputs = append(inputs, in)
		}
	}
	return append(inputs, readFile(t, "testdata/with/flux-open.yaml")...)
}

// TestPictureOfMany: a picture of a few tenants shows them all; one of many those with
// findings and whom they reach, and counts the rest by folder.
func TestPictureOfMany(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *audit.Report) error{"Mermaid": audit.WriteMermaid, "SVG": audit.WriteSVG} {
		three := written(t, write, audit.Check(manyTenants(t, 3)))
		for i := range 3 {
			if title := fmt.Sprintf("Tenant team-%03d", i); !strings.Contains(three, title) {
				t.Errorf("%s of 3 tenants has no %s", name, title)
			}
		}
		many := written(t, write, audit.Check(manyTenants(t, 300)))
		for text, want := range map[string]bool{
			"Tenant team-000": true, "Tenant team-001": true, "Tenant team-002": false, "Tenant team-200": true, "Tenant team-201": true,
			"Tenants without errors and warnings": true, "294 tenants": true,
		} {
			if got := strings.Contains(many, text); got != want {
				t.Errorf("%s of 300 tenants has %q: %t, want %t", name, text, got, want)
			}
		}
		if red := regexp.MustCompile(`class="edge red"|linkStyle (\d+,)*\d+ stroke`).FindAllString(many, -1); len(red) == 0 {
			t.Errorf("%s shows nothing that leaves its tenant", name)
		}
		if len(many) > 40000 {
			t.Errorf("%s of 300 tenants has %d bytes", name, len(many))
		}
	}
}

// hostile are names that some format takes for something else.
var hostile = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `]]></style><svg onload=alert(1)>`, "{{.}}", `'-alert(1)-'`,
	"javascript:alert(1)", "&lt;b&gt;", "a\x00b", "a\u202eb", "\xff\xfe", `</title></text>`, strings.Repeat("x", 10000),
}

// hostileReport has the name in every place for a name.
func hostileReport(name string) *audit.Report {
	object := func(version, kind, namespace string, spec map[string]any) audit.Input {
		return audit.Input{File: name, Line: 1, Object: &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": version, "kind": kind, "spec": spec,
			"metadata": map[string]any{"name": name, "namespace": namespace, "labels": map[string]any{"toolkit.fluxcd.io/tenant": name}, "annotations": map[string]any{"audit.fluxcapsule/flux-times": name}},
		}}}
	}
	return audit.Check([]audit.Input{
		object("v1", "Namespace", "", nil),
		object("capsule.clastix.io/v1beta2", "Tenant", "", nil),
		object("source.toolkit.fluxcd.io/v1", "GitRepository", name, map[string]any{"interval": "5m", "url": "http://" + name}),
		object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", name, map[string]any{"interval": "5m", "sourceRef": map[string]any{"kind": "GitRepository", "name": name, "namespace": name}}),
		{File: name, Line: 1, Err: fmt.Errorf("%s", name)},
	})
}

// TestHostileSVG: the picture is well-formed, and no name is an element of it.
func TestHostileSVG(t *testing.T) {
	for _, name := range hostile {
		svg := written(t, audit.WriteSVG, hostileReport(name))
		decoder := xml.NewDecoder(strings.NewReader(svg))
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%.50q: %v", name, err)
			}
			if start, ok := token.(xml.StartElement); ok {
				switch start.Name.Local {
				case "svg", "style", "marker", "path", "rect", "text", "g", "title":
				default:
					t.Errorf("%.50q is an element: %s", name, start.Name.Local)
				}
				for _, attribute := range start.Attr {
					if strings.HasPrefix(attribute.Name.Local, "on") || strings.HasSuffix(attribute.Name.Local, "href") {
						t.Errorf("%.50q is an attribute: %s", name, attribute.Name.Local)
					}
				}
			}
		}
		if strings.ContainsAny(svg, "\x00\u202e") || len(svg) > 30000 {
			t.Errorf("%.50q stands as it is in %d bytes", name, len(svg))
		}
	}
}
