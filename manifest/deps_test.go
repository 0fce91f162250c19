package manifest_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestDependencies holds the package to what it may cost an importer: the
// machinery every program with Kubernetes objects has, and YAML.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	machinery, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}",
		"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured", "k8s.io/apimachinery/pkg/api/meta").Output()
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{
		"github.com/fluxcapsule/fluxcapsule/manifest": true,
		"go.yaml.in/yaml/v2":                          true,
		"go.yaml.in/yaml/v3":                          true,
		"sigs.k8s.io/yaml":                            true,
	}
	for dep := range strings.FieldsSeq(string(machinery)) {
		allowed[dep] = true
	}
	for dep := range strings.FieldsSeq(string(out)) {
		if !allowed[dep] && !strings.HasPrefix(dep, "github.com/fluxcapsule/fluxcapsule/manifest/internal/") {
			t.Errorf("manifest depends on %s", dep)
		}
	}
}
