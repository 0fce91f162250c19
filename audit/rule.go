package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A Rule is one kind of finding. Its text is the page rules/ID.md, which is also
// published under docs/audit.
type Rule struct {
	// ID is stable: annotations and code hosts refer to it.
	ID string `json:"-"`

	// Severity is the highest that its findings have.
	Severity Severity `json:"severity"`

	// Title is a short statement of the fault.
	Title string `json:"title"`

	// Doc explains, in Markdown, when the rule applies, and when less severely.
	Doc string `json:"-"`

	// Exploit, Fix and References are the defaults of its findings.
	Exploit    string   `json:"-"`
	Fix        string   `json:"-"`
	References []string `json:"references"`

	// Unproved is why docs/security.md has no exploit of a rule of severity error;
	// empty if it has one.
	Unproved string `json:"unproved,omitempty"`
}

// PageURL returns the address of the rule's page.
func (r Rule) PageURL() string { return projectURL + "/blob/main/docs/audit/" + r.ID + ".md" }

const projectURL = "https://github.com/fluxcapsule/fluxcapsule"

// Rules returns all rules, by theme.
func Rules() []Rule {
	all := slices.Clone(pages())
	for i := range all {
		all[i].References = slices.Clone(all[i].References)
	}
	return all
}

// A rule is the ID of a page and its check.
type rule struct {
	id    string
	check check
}

// rules lists the rules in an order that reads well.
var rules = slices.Concat(
	lockdownRules,
	identityRules,
	referenceRules,
	sourceRules,
	escapeRules,
	kubeconfigRules,
	rbacRules,
	homeRules,
	capsuleRules,
	replicationRules,
	configurationRules,
	proxyRules,
	fleetRules,
	versionRules,
	secretRules,
	kustomizeRules,
	offboardingRules,
	setRules,
)

// findings collects the findings of one rule.
type findings struct {
	rule    *Rule
	tenancy *model.Tenancy
	list    []Finding
}

// add takes a finding about an object. Empty fields of the finding come from the rule
// and the object.
func (r *findings) add(o *model.Object, f Finding) {
	f.Rule = r.rule.ID
	at := o
	if o.Within != nil {
		at, f.Field = o.Within, strings.TrimSuffix(o.At+"."+f.Field, ".")
	}
	f.Object, f.File, f.Line = Reference(at.Ref), o.File, o.Line
	if f.Severity == 0 {
		f.Severity = r.rule.Severity
	}
	if f.Tenant == "" {
		f.Tenant = r.tenancy.TenantOf(o)
	}
	// A finding that is stopped elsewhere, or about a part that cannot be seen, does not
	// have the rule's effect.
	if f.Exploit == "" && (f.Severity > Info || r.rule.Severity == Info) {
		f.Exploit = plain(r.rule.Exploit)
	}
	if f.Fix == "" {
		f.Fix = plain(r.rule.Fix)
	}
	if f.References == nil {
		f.References = slices.Clone(r.rule.References)
	}
	f.Suppressed = cmp.Or(o.Meta.GetAnnotations()[SuppressPrefix+r.rule.ID], at.Meta.GetAnnotations()[SuppressPrefix+r.rule.ID])
	r.list = append(r.list, f)
}

// addf is add for a finding that consists of a field and a message.
func (r *findings) addf(o *model.Object, field, format string, args ...any) {
	r.add(o, Finding{Field: field, Message: fmt.Sprintf(format, args...)})
}

// SuppressPrefix starts the key of an annotation that suppresses a rule for the
// object that has it. The rule's ID follows; the value is the reason, and
// without one nothing is suppressed:
//
//	audit.fluxcapsule/git-secret: "the key of the demo cluster, rotated daily"
const SuppressPrefix = "audit.fluxcapsule/"
