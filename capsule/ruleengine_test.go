package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rules"
	"github.com/projectcapsule/capsule/pkg/ruleengine"
	"sigs.k8s.io/yaml"
)

var odd = []string{"", " ", "A", "a b", "a.b", "a/b", "*", "(", "[", "system:serviceaccount:a:b", "10.0.0.0/8", "pod", "Ratio", "Custom", "1", "-1"}

// Capsule's own functions, which its webhook calls, accept the rules that are
// accepted here.
func TestRulesAgainstCapsule(t *testing.T) {
	kind, accepted := tenant, 0
	kind.Accepts = rulesAccepted
	kind.Build = func(given *capsulev1beta2.Tenant) (*capsulev1beta2.Tenant, error) {
		built, err := tenant.Build(given)
		if err != nil {
			return nil, err
		}
		accepted++
		var bodies []*rules.NamespaceRuleBodyNamespace
		for _, rule := range built.Spec.Rules {
			bodies = append(bodies, rule.NamespaceRuleBodyNamespace)
		}
		if err := ruleengine.ValidateRuleStatusBody(nil, bodies); err != nil {
			document, _ := yaml.Marshal(given.Spec.Rules)
			t.Errorf("accepted, but Capsule refuses it: %v\n%s", err, document)
		}
		return built, nil
	}
	for row := range len(rulesAccepted) + 1 {
		for leaf := range 40 {
			for i := range 3 {
				kind.Mutate(t, row, leaf, odd[(row+leaf+5*i)%len(odd)], int64(i-1))
			}
		}
	}
	if accepted < 300 {
		t.Errorf("only %d were accepted: the values are too odd to show anything", accepted)
	}
}
