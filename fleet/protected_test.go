package fleet

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestProtectedHomes: in a tree, Capsule protects the homes from a tenant that
// could make them.
func TestProtectedHomes(t *testing.T) {
	for name, test := range map[string]struct {
		platform *bool // forceTenantPrefix
		tenants  []*bool
		want     bool
	}{
		"prefixes by default":  {nil, []*bool{nil, nil}, false},
		"no prefixes":          {new(false), []*bool{nil, nil}, true},
		"one without a prefix": {nil, []*bool{nil, new(false)}, true},
		"all with their own":   {new(false), []*bool{new(true), new(true)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := platform(t)
			p.Clusters = p.Clusters[:1]
			p.Capsule.ForceTenantPrefix = test.platform
			specs := []tenant.Spec{{Name: "red", Home: "home-of-red"}, {Name: "blue"}}
			for i := range specs {
				specs[i].Git.URL = "https://github.com/org/" + specs[i].Name
				specs[i].ForceTenantPrefix = test.tenants[i]
			}
			pattern := protectedIn(t, Fleet{Platform: &p, Tenants: func(yield func(tenant.Spec, error) bool) {
				_ = yield(specs[0], nil) && yield(specs[1], nil)
			}})
			for _, home := range []string{"home-of-red", "blue"} {
				if got := pattern.MatchString(home); got != test.want {
					t.Errorf("%s is protected by %s: %t, want %t", home, pattern, got, test.want)
				}
			}
			if !pattern.MatchString("flux-system") || pattern.MatchString("blue-app") || pattern.MatchString("a-blue") {
				t.Errorf("%s does not protect just what it should", pattern)
			}
		})
	}
}

// protectedIn returns the protected names in the fleet's tree.
func protectedIn(t *testing.T, f Fleet) *regexp.Regexp {
	t.Helper()
	dir := t.TempDir()
	if _, err := f.WriteTree(context.Background(), dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "infrastructure/capsule/release.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var release helmv2.HelmRelease
	if err := yaml.Unmarshal(text, &release); err != nil {
		t.Fatal(err)
	}
	options := release.GetValues()["manager"].(map[string]any)["options"].(map[string]any)
	return regexp.MustCompile(options["protectedNamespaceRegex"].(string))
}

func TestProtectedHomesTooMany(t *testing.T) {
	many := homes{open: true, names: []string{strings.Repeat("a", maxProtected+1)}}
	if _, err := platform(t).protecting(many); !apierrors.IsInvalid(err) {
		t.Errorf("the error is %v", err)
	}
}
