package fluxcapsule_test

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/fluxcapsule/fluxcapsule/"

// TestImports checks the imports between the packages, and their weight: packages
// without Capsule's API (a thousand packages deep) must not import it indirectly.
func TestImports(t *testing.T) {
	const (
		capsuleAPI = "github.com/projectcapsule"
		runtime    = "sigs.k8s.io/controller-runtime"
	)
	tests := map[string][]string{
		"manifest":           {"github.com/fluxcd", capsuleAPI, "k8s.io/client-go", runtime, module + "flux", module + "capsule", module + "kubeconfig", module + "tenant"},
		"flux":               {capsuleAPI, module + "capsule", module + "kubeconfig", module + "manifest", module + "tenant"},
		"kubeconfig":         {capsuleAPI, runtime, module + "flux", module + "capsule", module + "manifest", module + "tenant"},
		"kubeconfig/renewal": {capsuleAPI, module + "flux", module + "capsule", module + "manifest", module + "tenant"},
		"capsule":            {module + "flux", module + "kubeconfig", module + "manifest", module + "tenant"},
		"flux/lockdown":      {capsuleAPI, module + "capsule", module + "kubeconfig", module + "manifest", module + "tenant"},
		"repository":         {capsuleAPI, module + "flux", module + "capsule", module + "tenant", module + "audit"},
		"schema":             {"github.com/fluxcd", capsuleAPI, runtime, "k8s.io/client-go", module + "flux", module + "capsule", module + "kubeconfig", module + "manifest", module + "tenant"},
		"audit":              {module + "tenant", module + "fleet", module + "repository", module + "schema"},
		"tenant":             {module + "apply", "github.com/fluxcd/cli-utils", module + "audit", module + "fleet", module + "migrate", module + "repository", module + "schema"},
		"fleet":              {module + "apply", module + "audit", module + "migrate", module + "repository", module + "schema"},
		"migrate":            {module + "audit", module + "fleet", module + "schema"},
		"apply":              {module + "audit", module + "fleet", module + "migrate", module + "repository", module + "schema"},
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
