package capsule

import (
	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
)

// Metadata matches, requires and sets labels and annotations of namespaced
// objects and, if it names the kind Namespace itself, of the tenant's
// namespaces. A value that is managed is set when an object is made and when the
// rule changes. On a change by the tenant it is set again, but not on a Namespace,
// where Capsule 0.14 mistakes the old one for the new: require it there, and
// allow no other value.
type Metadata []rules.MetadataRule

// ApplyToRule appends to enforce.metadata.
func (m Metadata) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	enforce(rule).Metadata = append(enforce(rule).Metadata, m...)
}

// Hostnames matches the host names of Ingress and Gateway API objects of the
// types. An object without a host name is then refused.
type Hostnames struct {
	// Types are Ingress, Route, ListenerSet, HTTPRoute, Gateway, TLSRoute,
	// GRPCRoute: at least one.
	Types []rules.IngressType

	// Names are the host names, at least one expression.
	Names []capsuleruntime.ExpressionMatch
}

// ApplyToRule appends to enforce.ingress.
func (h Hostnames) ApplyToRule(rule *rules.NamespaceRuleBodyTenant) {
	ingress := &enforce(rule).Ingress
	ingress.Types = append(ingress.Types, h.Types...)
	ingress.Hostnames = append(ingress.Hostnames, h.Names...)
}
