package audit

import (
	"fmt"
	"slices"
)

// A Rule is one kind of finding. Its page under docs/audit is made from it.
type Rule struct {
	// ID is stable: annotations and code hosts refer to it.
	ID string

	// Severity is the highest that its findings have.
	Severity Severity

	// Title is a short statement of the fault.
	Title string

	// Doc explains the rule: when it applies, and when less severely.
	Doc string

	// Exploit, Fix and References are those of its findings, unless a finding
	// has better ones.
	Exploit    string
	Fix        string
	References []string
}

// Rules returns all rules, by theme.
func Rules() []Rule {
	all := make([]Rule, len(rules))
	for i, r := range rules {
		all[i] = r.Rule
		all[i].References = slices.Clone(r.References)
	}
	return all
}

type check struct {
	Rule
	check func(*model, *report)
}

// rules is filled in here, and not where the rules are, so that their order is
// one that reads well.
var rules = slices.Concat(
	lockdownRules,
	identityRules,
	referenceRules,
	sourceRules,
	kubeconfigRules,
	rbacRules,
	homeRules,
	capsuleRules,
	configurationRules,
	proxyRules,
	fleetRules,
	versionRules,
	secretRules,
	kustomizeRules,
	offboardingRules,
	setRules,
)

// A report takes the findings of one rule.
type report struct {
	rule     *Rule
	model    *model
	findings []Finding
}

// add takes a finding about an object. What the finding leaves open comes from
// the rule and the object.
func (r *report) add(o *object, f Finding) {
	f.Rule = r.rule.ID
	f.Object, f.File, f.Line = o.ref, o.file, o.line
	if f.Severity == 0 {
		f.Severity = r.rule.Severity
	}
	if f.Tenant == "" {
		f.Tenant = r.model.tenantOf(o)
	}
	if f.Exploit == "" {
		f.Exploit = r.rule.Exploit
	}
	if f.Fix == "" {
		f.Fix = r.rule.Fix
	}
	if f.References == nil {
		f.References = slices.Clone(r.rule.References)
	}
	f.Suppressed = o.meta.GetAnnotations()[SuppressPrefix+r.rule.ID]
	r.findings = append(r.findings, f)
}

// addf is add for a finding that consists of a field and a message.
func (r *report) addf(o *object, field, format string, args ...any) {
	r.add(o, Finding{Field: field, Message: fmt.Sprintf(format, args...)})
}

// SuppressPrefix starts the key of an annotation that suppresses a rule for the
// object that has it. The rule's ID follows; the value is the reason, and
// without one nothing is suppressed:
//
//	audit.fluxcapsule/git-secret: "the key of the demo cluster, rotated daily"
const SuppressPrefix = "audit.fluxcapsule/"
