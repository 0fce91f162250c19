package fluxcapsule_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/fluxcapsule/fluxcapsule/"

// TestImports holds the arrows between the packages, and what an importer pays:
// the packages that do without Capsule's API (a thousand packages deep) must not
// get it by way of another.
func TestImports(t *testing.T) {
	tests := map[string][]string{
		"manifest":           {"github.com/fluxcd", "github.com/projectcapsule", "k8s.io/client-go", "sigs.k8s.io/controller-runtime", module + "flux", module + "capsule", module + "kubeconfig", module + "tenant"},
		"flux":               {"github.com/projectcapsule", module + "capsule", module + "kubeconfig", module + "manifest", module + "tenant"},
		"kubeconfig":         {"github.com/projectcapsule", "sigs.k8s.io/controller-runtime", module + "flux", module + "capsule", module + "manifest", module + "tenant"},
		"kubeconfig/renewal": {"github.com/projectcapsule", module + "flux", module + "capsule", module + "manifest", module + "tenant"},
		"capsule":            {module + "flux", module + "kubeconfig", module + "manifest", module + "tenant"},
		"flux/lockdown":      {"github.com/projectcapsule", module + "capsule", module + "kubeconfig", module + "manifest", module + "tenant"},
		"audit":              {module + "tenant", module + "internal/crd"},
		"tenant":             {module + "fleet", module + "migrate", module + "audit", module + "internal/crd"},
		"fleet":              {module + "migrate", module + "audit", module + "internal/crd"},
		"migrate":            {module + "fleet", module + "audit", module + "internal/crd"},
	}
	for pkg, forbidden := range tests {
		t.Run(pkg, func(t *testing.T) {
			out, err := exec.Command("go", "list", "-deps", "./"+pkg).Output()
			if err != nil {
				t.Fatalf("go list: %v", err)
			}
			for dep := range strings.FieldsSeq(string(out)) {
				for _, prefix := range forbidden {
					if dep == prefix || strings.HasPrefix(dep, prefix+"/") {
						t.Errorf("%s must not depend on %s", pkg, dep)
					}
				}
			}
		})
	}
}
