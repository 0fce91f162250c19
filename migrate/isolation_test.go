package migrate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestImportIsolation: what an Isolation cannot say is named, and not taken for
// something else.
func TestImportIsolation(t *testing.T) {
	objects, err := manifest.Read(strings.NewReader(`
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: dev-team}
spec:
  data: {}
  storageClasses: {allowed: [fast]}
  networkPolicies:
    items:
    - podSelector: {matchLabels: {app: web}}
      policyTypes: [Ingress]
  limitRanges:
    items:
    - limits: [{type: Container, max: {cpu: "1"}}]
  rules:
  - enforce:
      action: deny
      services: {types: [NodePort]}
`), tenant.Scheme())
	if err != nil {
		t.Fatal(err)
	}
	got, err := migrate.Import(existing(t, objects), kubeconfig.Access{})
	if err != nil {
		t.Fatal(err)
	}
	want := tenant.Isolation{Profile: tenant.NoProfile, StorageClasses: &tenant.Classes{Allowed: []string{"fast"}}}
	if diff := cmp.Diff(want, got.Tenants[0].Spec.Isolation); diff != "" {
		t.Errorf("the isolation (-want +got):\n%s", diff)
	}
	var named []string
	for _, change := range got.Tenants[0].Differences {
		if strings.HasPrefix(change.Field, "spec.limitRanges") || strings.HasPrefix(change.Field, "spec.networkPolicies") {
			named = append(named, change.Field)
		}
	}
	if diff := cmp.Diff([]string{"spec.limitRanges.items", "spec.networkPolicies.items"}, named); diff != "" {
		t.Errorf("what is named (-want +got):\n%s", diff)
	}
	if rules := got.Tenants[0].Spec.Rules; len(rules) != 1 || rules[0].Enforce.Services.Types[0] != "NodePort" {
		t.Errorf("the rule is not carried over: %v", rules)
	}
}
