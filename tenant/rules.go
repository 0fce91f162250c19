package tenant

import (
	"regexp"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rules"
	capsuleruntime "github.com/projectcapsule/capsule/pkg/api/runtime"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// allowed returns the isolation as one of Capsule's rules, and reports whether the
// rule has any field.
func (i Isolation) allowed() (rules.NamespaceRuleEnforceBody, bool) {
	var body rules.NamespaceRuleEnforceBody
	if i.PodSecurity != "" {
		body.Metadata = []rules.MetadataRule{podSecurityLabels(i.PodSecurity)}
	}
	body.Workloads.Registries = i.images()
	body.Services.Types = serviceTypes(i.ServiceTypes)
	if len(i.Hostnames) > 0 {
		// Not spec.ingressOptions.allowedHostnames, which is for Ingresses only.
		body.Ingress = rules.NamespaceRuleEnforceIngressBody{Types: hostnameTypes, Hostnames: hostnames(i.Hostnames)}
	}
	return body, i.PodSecurity != "" || len(i.Registries)+len(i.PullPolicies)+len(i.ServiceTypes)+len(i.Hostnames) > 0
}

// podSecurityLabels are set by Capsule on the tenant's namespaces. They include the
// version: otherwise the tenant could choose an old, weaker version of a standard.
//
// The values are also the only ones allowed: Capsule 0.14 sets managed labels when a
// namespace is made and when the rule changes, but not when the tenant updates the
// namespace (its handler changes the old object, not the new one).
func podSecurityLabels(level PodSecurity) rules.MetadataRule {
	always := func(value string) rules.MetadataValueRule {
		return rules.MetadataValueRule{
			Required: true,
			Values:   []capsuleruntime.ExpressionMatch{capsule.Exactly(value)},
			Managed:  &value,
		}
	}
	return rules.MetadataRule{
		VersionKinds: capsuleruntime.VersionKinds{APIGroups: []string{"v1"}, Kinds: []string{"Namespace"}},
		Labels: map[string]rules.MetadataValueRule{
			names.PodSecurityLabel:              always(string(level)),
			names.PodSecurityLabel + "-version": always("latest"),
		},
	}
}

// images are the allowed registries, each with the allowed pull policies.
func (i Isolation) images() []rules.OCIRegistry {
	if len(i.Registries) == 0 && len(i.PullPolicies) > 0 {
		return []rules.OCIRegistry{capsule.Registry(capsule.Matching("^"), i.PullPolicies...)}
	}
	var images []rules.OCIRegistry
	for _, registry := range i.Registries {
		images = append(images, capsule.Registry(capsule.Matching("^"+regexp.QuoteMeta(registry)+"/"), i.PullPolicies...))
	}
	return images
}

func serviceTypes(types []corev1.ServiceType) []rules.ServiceType {
	var list []rules.ServiceType
	for _, kind := range types {
		list = append(list, rules.ServiceType(kind))
	}
	return list
}

// hostnameTypes are all types that Capsule knows.
var hostnameTypes = []rules.IngressType{
	rules.IngressTypeIngress, rules.IngressTypeRoute, rules.IngressTypeGateway, rules.IngressTypeListenerSet,
	rules.IngressTypeHTTPRoute, rules.IngressTypeGRPCRoute, rules.IngressTypeTLSRoute,
}

// hostnames returns plain names unchanged, and *.name as an expression, which also
// matches the wildcard itself.
func hostnames(all []string) []capsuleruntime.ExpressionMatch {
	var exact []string
	var matches []capsuleruntime.ExpressionMatch
	for _, name := range all {
		if parent, ok := strings.CutPrefix(name, "*."); ok {
			matches = append(matches, capsule.Matching(names.BelowHostname+regexp.QuoteMeta(parent)+"$"))
		} else {
			exact = append(exact, name)
		}
	}
	if len(exact) > 0 {
		matches = append([]capsuleruntime.ExpressionMatch{capsule.Exactly(exact...)}, matches...)
	}
	return matches
}

func wildcard(hostname string) bool { return strings.HasPrefix(hostname, "*.") }
