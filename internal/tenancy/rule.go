package tenancy

import (
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// A Class is a group of rules that a platform enforces together, in one
// admission policy.
type Class string

// The classes.
const (
	// References are rules on the objects and namespaces that an object names.
	References Class = "references"

	// Identities are rules on the account that Flux acts as for an object.
	Identities Class = "identities"

	// Sources are rules on Flux's connections for an object.
	Sources Class = "sources"

	// Times are rules on how long and how often an object keeps a worker busy.
	Times Class = "times"

	// Metadata are rules on labels and annotations of every kind.
	Metadata Class = "metadata"
)

// A Rule is one row of the table.
type Rule struct {
	// ID is unique and stable.
	ID string

	// Class is the policy that the rule belongs to.
	Class Class

	// Kinds are the kinds of the rule; nil means every kind.
	Kinds []schema.GroupKind

	// Field is the field that the rule is about, as in "spec.dependsOn[].namespace".
	Field string

	// Lets says what a tenant could do without the rule.
	Lets string

	// Message says what to do instead. It follows the field's path.
	Message string

	// BundleOnly is the reason why only a bundle can check the rule, which an admission
	// policy and the audit cannot. It is empty for rules that all three check.
	BundleOnly string

	must condition
}

// Rules returns the table, by class.
func Rules() []Rule {
	return slices.Concat(referenceRules(), identityRules(), sourceRules(), timeRules(), metadataRules(), bundleRules())
}

// An exemption is a condition under which a class does not apply to an object.
type exemption struct {
	name string
	is   condition
}

func (c Class) exemptions() []exemption {
	if c != Times {
		return nil
	}
	return timesExemptions
}

var timesExemptions = []exemption{
	{"not-suspended", on("spec.suspend")}, // it does nothing, and the platform must be able to suspend
	{"not-the-platforms", present("metadata.labels{" + Mark + "}")},
}

// Mark is the label of the platform's objects in a home namespace. An admission
// policy lets only the platform set it.
const Mark = names.TenantLabel
