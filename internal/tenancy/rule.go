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
	// References are rules on which other objects and namespaces an object names.
	References Class = "references"

	// Identities are rules on in whose name Flux acts for an object.
	Identities Class = "identities"

	// Sources are rules on what Flux connects to for an object, and how.
	Sources Class = "sources"

	// Times are rules on how long and how often an object keeps a worker busy.
	Times Class = "times"

	// Metadata are rules on labels and annotations, of every kind.
	Metadata Class = "metadata"
)

// A Rule is one row of the table.
type Rule struct {
	// ID is unique and stable.
	ID string

	// Class is the policy that the rule belongs to.
	Class Class

	// Kinds are those that the rule is for; nil is every kind.
	Kinds []schema.GroupKind

	// Field is what the rule is about, as in "spec.dependsOn[].namespace".
	Field string

	// Lets is what a tenant could do without the rule.
	Lets string

	// Message says what to do instead. It follows the field's path.
	Message string

	// BundleOnly is why only the bundle can ask for it: what an admission policy
	// and the audit do not know. It is empty for what all three ask for.
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
	return []exemption{
		{"not-suspended", on("spec.suspend")}, // it does nothing, and the platform must be able to suspend
		{"not-the-platforms", present("metadata.labels{" + Mark + "}")},
	}
}

// Mark is the label of what the platform puts into a home namespace. An
// admission policy keeps it the platform's.
const Mark = names.TenantLabel
