package kubeconfig_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestDependencies keeps the package light: APIs only. Capsule's API would add
// about 700 packages, client-go's clientset about 300.
func TestDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range strings.Fields(string(out)) {
		for _, banned := range []string{
			"github.com/projectcapsule/", "github.com/clastix/", "sigs.k8s.io/controller-runtime",
			"k8s.io/client-go/kubernetes", "k8s.io/client-go/rest", "github.com/fluxcd/pkg/runtime", "github.com/fluxcd/pkg/auth",
			"github.com/fluxcapsule/fluxcapsule/flux", "github.com/fluxcapsule/fluxcapsule/capsule", "github.com/fluxcapsule/fluxcapsule/tenant",
		} {
			if pkg == banned || strings.HasPrefix(pkg, strings.TrimSuffix(banned, "/")+"/") {
				t.Errorf("imports %s", pkg)
			}
		}
	}
}
