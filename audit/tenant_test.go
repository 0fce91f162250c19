package audit_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestBuiltTenantsHaveNoFindings: the library's default output has no finding, not
// even of severity info; neither alone nor beside the admission policies.
func TestBuiltTenantsHaveNoFindings(t *testing.T) {
	for name, spec := range specs(t) {
		t.Run(name, func(t *testing.T) {
			bundle, err := tenant.Build(spec)
			if err != nil {
				t.Fatal(err)
			}
			objects := bundle.Objects()
			check := func(inputs []audit.Input) {
				t.Helper()
				for _, f := range audit.Check(inputs).Findings {
					if spec.AllowClusterAdmin && f.Rule == "rbac-cluster-admin" || spec.AllowSecretDecryption && f.Rule == "flux-decryption-identity" {
						continue // the spec asks for it by name
					}
					t.Errorf("%s", describe(f))
				}
			}
			check(audit.Inputs(objects))
			check(untypedInputs(t, audit.Inputs(objects)))
			objects = append(objects, admissionPolicies(t)...)
			check(audit.Inputs(objects))
		})
	}
}

// specs are the smallest spec with each profile, and the specs of package tenant's
// tests and of the examples.
func specs(t testing.TB) map[string]tenant.Spec {
	t.Helper()
	specs := map[string]tenant.Spec{}
	for _, profile := range []tenant.Profile{"", tenant.Baseline, tenant.Restricted} {
		specs["profile "+string(profile)] = tenant.Spec{
			Name: "dev-team", Git: tenant.Git{URL: "https://github.com/org/dev-team.git"},
			Isolation: tenant.Isolation{Profile: profile},
		}
	}
	files, err := filepath.Glob("../tenant/testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no specs in ../tenant/testdata", err)
	}
	for _, file := range append(files, "../examples/teams/teams.yaml") {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		decoder := manifest.NewDecoder(f, nil, manifest.File(file))
		for {
			var spec tenant.Spec
			if decoder.DecodeInto(&spec) != nil {
				break
			}
			specs[filepath.Base(file)+" "+spec.Name] = spec
		}
	}
	return specs
}
