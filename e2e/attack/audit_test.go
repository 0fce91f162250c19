package attack_test

import (
	"cmp"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// mustFind fails the test unless the audit finds the attack by its rule: in what
// the platform has, what the two tenants are made of, and what the attacker writes
// into the cluster and into git.
func (a *attempt) mustFind(c *harness.Case, attack attack) {
	c.Helper()
	objects, err := a.env.PlatformObjects(c.Context())
	c.Must(err)
	objects = slices.Concat(objects, harness.RuntimeObjects(a.attacker.Objects()), harness.RuntimeObjects(a.victim.Objects()))
	inputs := audit.Inputs(objects)
	var brought []audit.Input
	for _, obj := range a.objects(c, attack) {
		brought = append(brought, audit.Input{Object: obj})
	}
	if attack.git != "" {
		brought = append(brought, audit.Input{Object: c.Objects(a.expand(attack.git))[0], File: a.file(attack)})
	}
	findings := audit.Check(append(inputs, brought...)).Findings
	about := slices.ContainsFunc(findings, func(f audit.Finding) bool {
		ofPlatform := strings.HasPrefix(f.Rule, "flux-lockdown-") // it stands in no object of the attacker's
		return f.Rule == attack.rule && f.Severity > audit.Info && (ofPlatform || slices.ContainsFunc(brought, func(in audit.Input) bool { return isAbout(f, in) }))
	})
	if !about {
		c.Errorf("nothing refuses the attack, and the audit's rule %q does not find it:\n%s", attack.rule, harness.Describe(findings))
	}
}

// isAbout reports whether a finding is about an object. What has no name, as the
// files of kustomize, goes by that of its file.
func isAbout(f audit.Finding, in audit.Input) bool {
	obj, ok := in.Object.(client.Object)
	if !ok {
		return false
	}
	return f.Object.Kind == obj.GetObjectKind().GroupVersionKind().Kind && f.Object.Namespace == obj.GetNamespace() &&
		f.Object.Name == cmp.Or(obj.GetName(), in.File)
}
